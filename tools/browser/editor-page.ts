/** A page with CodeMirror on it: somebody types a mistake, looks at what is told, and takes the fix. */
import { completionStatus, currentCompletions, startCompletion } from '@codemirror/autocomplete';
import { forceLinting, forEachDiagnostic } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { dnn } from '@tessera-dnn/codemirror';

const doc = 'model net(x: f32[2, 8]) {\n  x |> dense(4) as fc\n}\n';

/** Resolves when something holds, which is looked at in every frame. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 20));
}

async function seen(): Promise<unknown> {
  const view = new EditorView({ doc, extensions: [dnn()], parent: document.body });
  const end = doc.indexOf('fc') + 2;
  view.dispatch({ changes: { from: end, insert: ' |> rellu' } });
  forceLinting(view);
  const marks = () => [...document.querySelectorAll('.cm-lintRange-error')].map(({ textContent }) => textContent);
  await until(() => marks().length > 0);
  const marked = marks();
  forEachDiagnostic(view.state, ({ actions }, from, to) => actions?.[0]?.apply(view, from, to));
  const mended = view.state.doc.toString();
  view.dispatch({ changes: { from: end + 8, insert: ' |> ma' }, selection: { anchor: end + 14 } });
  view.focus();
  startCompletion(view);
  await until(() => completionStatus(view.state) === 'active');
  const offered = currentCompletions(view.state).map(({ label }) => label);
  return { marked, mended, offered, coloured: document.querySelectorAll('.cm-line span').length };
}

seen().then(
  result => fetch('/result', { method: 'POST', body: JSON.stringify(result) }),
  error => fetch('/result', { method: 'POST', body: JSON.stringify({ error: String(error) }) }),
);
