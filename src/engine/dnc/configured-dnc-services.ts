import type {
  DncDirectory,
  DncInquiry,
  DncReply,
  DncService,
  DncServices,
  DncServiceSettings,
  OutspokenDncService,
} from '../contracts/dnc-service.js';
import { HttpDncService } from './http-dnc-service.js';

interface Known {
  readonly name: string;
  /** What the connection depends on; a service that is only renamed keeps it. */
  readonly reach: string;
  readonly service: DncService;
  /** Undefined for the built-in one. */
  readonly remote: HttpDncService | undefined;
}

/** The do-not-call services, kept in step with what is configured. */
export class ConfiguredDncServices implements DncServices, DncInquiry, DncDirectory {
  private known: ReadonlyMap<string, Known> = new Map<string, Known>();

  constructor(private readonly builtIn: OutspokenDncService) {}

  /** Takes effect on the next question; those under way are answered by the service as it was. */
  configure(services: readonly DncServiceSettings[]): void {
    const before = this.known;
    this.known = new Map(services.map((settings) => [settings.id, this.renew(before.get(settings.id), settings)]));
  }

  find(dncServiceId: string): DncService | undefined {
    return this.known.get(dncServiceId)?.service;
  }

  describe(dncServiceId: string): { readonly name: string; readonly lastMessage: string | null } | undefined {
    const known = this.known.get(dncServiceId);
    return known && { name: known.name, lastMessage: known.remote?.lastMessage ?? null };
  }

  /** Over a connection of its own, as the settings are, whether or not they are the ones in use. */
  async ask(settings: DncServiceSettings, phoneNumber: string): Promise<DncReply> {
    if (settings.builtIn) return this.builtIn.ask(phoneNumber);
    const service = new HttpDncService(settings);
    try {
      return await service.ask(phoneNumber);
    } finally {
      service.close();
    }
  }

  stop(): void {
    for (const { remote } of this.known.values()) remote?.close();
    this.known = new Map();
  }

  private renew(before: Known | undefined, settings: DncServiceSettings): Known {
    const { name, builtIn, url, caCertificate, timeoutMs } = settings;
    const reach = JSON.stringify([builtIn, url, caCertificate, timeoutMs]);
    if (before?.reach === reach) return { ...before, name };
    if (builtIn) return { name, reach, service: this.builtIn, remote: undefined };
    const remote = new HttpDncService(settings);
    return { name, reach, service: remote, remote };
  }
}
