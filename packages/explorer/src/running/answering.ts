/** Answers what a page asks of a run, one ask at a time. */
import { isError, jsonOf, type Outcome } from '@tessera-dnn/diagnostics';
import type { Answered, Answers, Ask, Asked } from './messages.ts';
import { openSession, type Session } from './session.ts';

/** What answers; `tell` gets each answer. */
export function answering(tell: (answered: Answered) => void): (asked: Asked) => Promise<void> {
  let session: Session | undefined;
  const answerTo = async (ask: Ask): Promise<Outcome<Answers[Ask['kind']]>> => {
    if (ask.kind === 'open') {
      const opened = await openSession(ask.order);
      session = opened.ok ? opened.value : undefined;
      return opened.ok ? { ...opened, value: opened.value.opened } : opened;
    }
    if (!session) return { ok: false, diagnostics: [] };
    switch (ask.kind) {
      case 'begin':
        return session.begin(ask);
      case 'go':
        return session.go(ask);
      case 'measure':
        return session.measure(ask);
      case 'look':
        return session.look(ask);
      case 'draw':
        return session.draw(ask);
    }
  };
  return async ({ number, ask }) => {
    const outcome = await answerTo(ask);
    const diagnostics = outcome.diagnostics.filter(each => !outcome.ok || isError(each)).map(jsonOf);
    tell({ number, isDone: outcome.ok, diagnostics, ...(outcome.ok && { value: outcome.value }) });
  };
}
