import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../system-clock.js';
import type { DialingSettings } from './dialing.js';
import { EventLoopMeter } from './event-loop-delay.js';
import { ForwardedLog } from './forwarded-log.js';
import { type LocalDialing, startDialing } from './local-dialing.js';
import type { FromEngine, Question, QuestionName, Questions, ToEngine } from './messages.js';
import { StatusFeed } from './status-feed.js';

/*
 * Entry of the engine's thread. What is thrown here, also after the start, ends the thread, and the process with it: the
 * next start closes the attempts that are open then.
 */
if (!parentPort) throw new Error('This is not the main thread of a program; the server starts it');
const port = parentPort;
const post = (message: FromEngine): void => port.postMessage(message);
const settings = workerData as DialingSettings;
const meter = new EventLoopMeter();
const feed = new StatusFeed(systemClock, post);
const dialing = await startDialing(settings, {
  log: new ForwardedLog(post, settings.config.LOG_LEVEL),
  events: feed,
  tally: feed,
});

type Answers = {
  readonly [Name in QuestionName]: (about: Questions[Name]['about']) => Promise<Questions[Name]['answer']>;
};

const answers = answersOf(dialing);

port.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'start':
      dialing.engine.start();
      break;
    case 'nudge':
      dialing.engine.nudge(message.campaignId);
      break;
    case 'campaign-stopped':
      dialing.engine.campaignStopped(message.campaignId);
      break;
    case 'question':
      void answer(message);
      break;
    default:
      message satisfies never;
  }
});
meter.start();
feed.watch(dialing);
post({ type: 'ready' });

async function answer<Name extends QuestionName>({ id, name, about }: Question<Name>): Promise<void> {
  try {
    const said = await answers[name](about);
    post({ type: 'answer', id, answer: said });
  } catch (error) {
    post({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function answersOf({ agentReports, dncServices, installation, queues, ...dialing }: LocalDialing): Answers {
  /** What changes something is answered when the other thread has the status that shows it. */
  const shown = async (done: Promise<void>): Promise<undefined> => {
    await done;
    feed.tellNow();
    return undefined;
  };
  return {
    'installation-changed': () => shown(installation.changed()),
    'installation-settled': () => shown(installation.settled()),
    'agents-of-queue': (queueId) => queues.agents(queueId),
    'needs-snapshot': (reporterId) => agentReports.needsSnapshot(reporterId),
    'take-report': async ({ reporterId, report }) => {
      const isTaken = await agentReports.take(reporterId, report);
      feed.tellNow();
      return isTaken;
    },
    'forget-reporter': (reporterId) => shown(agentReports.forget(reporterId)),
    'ask-dnc-service': ({ settings, phoneNumber }) => dncServices.ask(settings, phoneNumber),
    vitals: async () => ({
      ...(await dialing.vitals()),
      thread: { eventLoopDelay: meter.read(), heapUsedBytes: process.memoryUsage().heapUsed },
    }),
    drain: async () => {
      const leftOpen = await dialing.drain();
      feed.tellNow();
      return leftOpen;
    },
    close: async () => {
      feed.stop();
      meter.stop();
      await dialing.close();
      return undefined;
    },
  };
}
