/** What the names in a text are, for an editor that colours them. Words, numbers, strings and comments a grammar knows without help. */
import type { Span } from '@tessera-dnn/diagnostics';
import type { Meaning } from '@tessera-dnn/language';
import { declarationOf, isOwn } from './names.ts';
import { nodesOf, placeKey } from './nodes.ts';
import type { Document } from './workspace.ts';

/** What a name can be. The names of these are those of the language server protocol. */
export const tokenTypes = ['parameter', 'variable', 'property', 'typeParameter', 'function', 'class', 'label'] as const;
/** What else holds of a name. */
export const tokenModifiers = ['declaration', 'readonly', 'defaultLibrary'] as const;

export interface SemanticToken {
  readonly place: Span;
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
}

/** The names, arguments and labels of a document, in the order of the text. */
export function semanticTokensOf(document: Document): readonly SemanticToken[] {
  const { source, file } = document;
  const uses = document.names().uses.filter(({ place }) => place.source.name === source.name);
  const tokens: SemanticToken[] = uses.map(({ place, meaning }) => {
    const declaration = declarationOf(meaning);
    const isDeclaration = declaration !== undefined && placeKey(declaration) === placeKey(place);
    return {
      place,
      type: typeOf(meaning),
      modifiers: [
        ...(isDeclaration ? (['declaration'] as const) : []),
        ...(isFixed(meaning) ? (['readonly'] as const) : []),
        ...(isOwn(meaning) ? [] : (['defaultLibrary'] as const)),
      ],
    };
  });
  for (const node of nodesOf(file)) {
    if (node.kind !== 'call') continue;
    for (const { name } of node.arguments)
      if (name !== undefined) tokens.push({ place: name.span, type: 'parameter', modifiers: [] });
    if (node.label !== undefined) tokens.push({ place: node.label.value.span, type: 'label', modifiers: [] });
  }
  const apart = new Map(tokens.filter(({ place }) => place.end > place.start).map(token => [token.place.start, token]));
  return [...apart.values()].sort((a, b) => a.place.start - b.place.start);
}

function typeOf(meaning: Meaning): SemanticToken['type'] {
  if (meaning.kind === 'callee') {
    if (meaning.callee.kind !== 'item') return 'function';
    const { kind } = meaning.callee.visible.item;
    return kind === 'const' ? 'variable' : kind === 'model' || kind === 'train' ? 'class' : 'function';
  }
  switch (meaning.local) {
    case 'let':
    case 'var':
      return 'variable';
    case 'variable':
    case 'weight':
      return 'property';
    case 'parameter':
      return 'parameter';
    case 'dimension':
      return 'typeParameter';
  }
}

function isFixed(meaning: Meaning): boolean {
  if (meaning.kind === 'local') return meaning.local === 'let' || meaning.local === 'dimension';
  return meaning.callee.kind === 'item' && meaning.callee.visible.item.kind === 'const';
}
