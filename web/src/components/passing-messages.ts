import { notifications } from '@mantine/notifications';

/** Says in passing that something was done. */
export function sayDone(message: string): void {
  notifications.show({ message, color: 'pine', withCloseButton: false });
}

/** For a failure that has no dialog or page to be shown in. */
export function sayFailed(message: string): void {
  notifications.show({ message, color: 'red.9', autoClose: false });
}
