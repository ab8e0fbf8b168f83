import { Worker } from 'node:worker_threads';
import type { AgentReportSink } from '../engine/contracts/agent-report.js';
import type { QueueDirectory } from '../engine/contracts/agent-source.js';
import type { Dialing, DialingSettings, InstallationChanges } from './dialing.js';
import type { DialingListeners } from './local-dialing.js';
import type { FromEngine, Question, QuestionName, Questions, ToEngine } from './messages.js';
import { StatusMirror } from './status-mirror.js';

interface Asked {
  readonly resolve: (answer: Questions[QuestionName]['answer']) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the engine in a thread of its own, so that neither it nor the API waits for the other's work. Resolves when it can
 * be started; rejects if its adapters cannot.
 */
export async function startThreadedDialing(settings: DialingSettings, listeners: DialingListeners): Promise<Dialing> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: settings });
  const dialing = new ThreadedDialing(worker, listeners);
  await Promise.race([
    dialing.ready,
    dialing.lost.then((error) => {
      throw error;
    }),
  ]);
  return dialing;
}

class ThreadedDialing implements Dialing {
  private readonly mirror = new StatusMirror();
  private readonly asked = new Map<number, Asked>();
  private questions = 0;
  private isClosed = false;
  private tellReady: () => void = () => undefined;
  readonly ready = new Promise<void>((resolve) => (this.tellReady = resolve));
  readonly lost: Promise<Error>;

  readonly telephony = this.mirror;
  readonly engine: Dialing['engine'] = {
    start: () => this.send({ type: 'start' }),
    nudge: (campaignId) => this.send({ type: 'nudge', campaignId }),
    campaignStopped: (campaignId) => {
      this.mirror.campaignStopped(campaignId);
      this.send({ type: 'campaign-stopped', campaignId });
    },
    status: () => this.mirror.status(),
    campaignStatus: (campaignId) => this.mirror.campaignStatus(campaignId),
  };
  readonly queues: QueueDirectory = {
    list: () => this.mirror.list(),
    find: (queueId) => this.mirror.find(queueId),
    agents: (queueId) => this.ask('agents-of-queue', queueId),
  };
  readonly agentReports: AgentReportSink = {
    needsSnapshot: (reporterId) => this.ask('needs-snapshot', reporterId),
    take: (reporterId, report) => this.ask('take-report', { reporterId, report }),
    forget: (reporterId) => this.ask('forget-reporter', reporterId),
  };
  readonly dncServices: Dialing['dncServices'] = {
    describe: (dncServiceId) => this.mirror.describe(dncServiceId),
    ask: ({ id, name, url, builtIn, caCertificate, timeoutMs }, phoneNumber) => {
      // Whoever asks may have more than the settings, which is no plain data.
      const settings = { id, name, url, builtIn, caCertificate, timeoutMs };
      return this.ask('ask-dnc-service', { settings, phoneNumber });
    },
  };
  readonly installation: InstallationChanges = {
    changed: () => this.ask('installation-changed', null),
    settled: () => this.ask('installation-settled', null),
  };

  constructor(
    private readonly worker: Worker,
    private readonly listeners: DialingListeners,
  ) {
    this.lost = new Promise((resolve) => {
      worker.once('error', resolve);
      worker.once('exit', (code) => {
        if (!this.isClosed) resolve(new Error(`The thread of the engine has ended with the code ${code}`));
      });
    });
    worker.on('message', (message: FromEngine) => this.hear(message));
  }

  vitals(): ReturnType<Dialing['vitals']> {
    return this.ask('vitals', null);
  }

  drain(): Promise<number> {
    return this.ask('drain', null);
  }

  async close(): Promise<void> {
    await this.ask('close', null);
    this.isClosed = true;
    await this.worker.terminate();
  }

  private send(message: ToEngine): void {
    this.worker.postMessage(message);
  }

  private ask<Name extends QuestionName>(
    name: Name,
    about: Questions[Name]['about'],
  ): Promise<Questions[Name]['answer']> {
    const id = ++this.questions;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      const question: Question<Name> = { type: 'question', id, name, about };
      this.worker.postMessage(question);
    });
  }

  private hear(message: FromEngine): void {
    switch (message.type) {
      case 'ready':
        this.tellReady();
        break;
      case 'status':
        this.mirror.apply(message.update);
        break;
      case 'news':
        for (const event of message.events) this.listeners.events.publish(event);
        for (let call = 0; call < message.callsPlaced; call++) this.listeners.tally.callPlaced();
        for (const ending of message.attemptsEnded) this.listeners.tally.attemptEnded(ending);
        break;
      case 'log':
        this.listeners.log[message.level](message.fields, message.message);
        break;
      case 'answer':
        this.takeAsked(message.id)?.resolve(message.answer);
        break;
      case 'failure':
        this.takeAsked(message.id)?.reject(new Error(message.message));
        break;
      default:
        message satisfies never;
    }
  }

  private takeAsked(id: number): Asked | undefined {
    const asked = this.asked.get(id);
    this.asked.delete(id);
    return asked;
  }
}
