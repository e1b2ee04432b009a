/** Answers what a page asks of a run, one ask after the other. */
import { isError, jsonOf, type Outcome } from '@tessera-dnn/diagnostics';
import type { Answered, Answers, Ask, Asked, Told, TrainingSteps } from './messages.ts';
import { openSession, type Session } from './session.ts';

/** What answers; `tell` gets each answer. Rejects for a fault of ours. */
export function answering(tell: (told: Answered | Told) => void): (asked: Asked) => Promise<void> {
  let session: Session | undefined;
  let training: AbortController | undefined;
  let last: Promise<void> = Promise.resolve();
  const answerTo = async (ask: Ask, step: (steps: TrainingSteps) => void): Promise<Outcome<Answers[Ask['kind']]>> => {
    if (ask.kind === 'open') {
      const opened = await openSession(ask.order);
      session = opened.ok ? opened.value : undefined;
      return opened.ok ? { ...opened, value: opened.value.opened } : opened;
    }
    if (!session || ask.kind === 'stop') return { ok: true, value: undefined, diagnostics: [] };
    switch (ask.kind) {
      case 'begin':
        return session.begin(ask);
      case 'go':
        return session.go(ask);
      case 'measure':
        return session.measure(ask);
      case 'look':
        return session.look(ask);
      case 'train':
        training = new AbortController();
        return session.train(ask, training.signal, step);
      case 'draw':
        return session.draw(ask);
    }
  };
  return ({ number, ask }) => {
    training?.abort();
    last = last.then(async () => {
      const outcome = await answerTo(ask, progress => tell({ kind: 'progress', number, progress }));
      const diagnostics = outcome.diagnostics.filter(each => !outcome.ok || isError(each)).map(jsonOf);
      tell({ kind: 'answer', number, isDone: outcome.ok, diagnostics, ...(outcome.ok && { value: outcome.value }) });
    });
    return last;
  };
}
