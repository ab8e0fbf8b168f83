/** How the use cases tell those who watch. Each is called after the commit that it speaks of, is quick, and never throws. */
export interface LiveChanges {
  /** Some counter of the campaign may have changed. */
  countersChanged(campaignId: string): void;
  /** Settings or state of the campaign changed. */
  campaignChanged(campaignId: string): void;
  /** Schedules of the campaign are new, have changed, or were deleted. */
  schedulesChanged(campaignId: string): void;
  /** The campaign moved to another group, or was deleted (null): those of other groups do not watch it any more. */
  campaignMoved(campaignId: string, groupId: string | null): void;
  /** The upload has come further. */
  uploadMoved(uploadId: string): void;
}
