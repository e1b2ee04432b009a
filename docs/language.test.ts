/** The pages on the language and on numbers name what there is: a new operation, word or layer goes into them. */
import { readFileSync } from 'node:fs';
import { operations } from '@tessera-dnn/compiler';
import { preludeSources } from '@tessera-dnn/language';
import { ops } from '@tessera-dnn/ops';
import { describe, expect, it } from 'vitest';
import { reservedWords } from '../packages/language/src/lexer/vocabulary.ts';

describe('docs/language.md', () => {
  const page = readFileSync(new URL('./language.md', import.meta.url), 'utf8');
  const words = new Set(page.match(/[A-Za-z_]\w*/g));

  it('lists the reserved words', () => {
    const [, list] = /## Reserved words\s+`([^`]*)`/.exec(page) ?? [];
    expect(list?.split(/\s+/)).toEqual(reservedWords);
  });

  it('names every operation that is called by its name', () => {
    const called = operations.filter(({ symbol, name }) => symbol === undefined && !name.endsWith('_gradient'));
    const missing = called.map(({ name }) => name).filter(name => !words.has(name));
    expect(missing, 'operations that the part Operations of docs/language.md lacks').toEqual([]);
  });

  it('names the layers and activations of the prelude', () => {
    const texts = preludeSources.filter(source => !source.name.includes('optimisers')).map(source => source.text);
    const blocks = [...texts.join('\n').matchAll(/^block (\w+)/gm)].map(([, name]) => name);
    // Parts of other blocks.
    const internal = [
      ...['reduced', 'weighted', 'chosen_by', 'of_classes', 'over_labels', 'soft_cross_entropy', 'log_of_three'],
      ...[
        'earlier_updates',
        'between',
        'kept',
        'attention_output',
        'per_axis',
        'weights_of',
        'elements_of',
        'truth_of',
      ],
      ...['is_whole', 'axis_of', 'shifted', 'above_diagonal', 'windows_along', 'spread_along', 'adaptive_start'],
      ...['adaptive_end', 'adaptive_along', 'adaptive_pool', 'padded_along', 'pairs_of', 'padded_by', 'ranks_of'],
      ...['gates_of', 'within_lengths', 'steps_of', 'lstm_step', 'lstm_layer', 'gru_step', 'gru_layer', 'rnn_step'],
      ...['rnn_layer', 'state_of', 'directions_of', 'layer_name', 'between_layers', 'masked_scores', 'shared_heads'],
      ...['attention_weights', 'dropped', 'heads_apart', 'heads_joined', 'joined_masks', 'attention_mask'],
      ...['added_mask', 'projections', 'angles_of'],
      ...[
        'feed_forward',
        'standardised_over',
        'channels_scaled',
        'extent_of',
        'padding_of',
        'padded_as',
        'bags_of',
        'planes_of',
      ],
      ...['planes_joined', 'normalised', 'axis_last', 'axis_back', 'first_places', 'ordered', 'drawn_window'],
      'less_mean_by_std',
    ];
    expect(blocks).toContain('conv_transpose2d');
    const missing = blocks.filter(name => !words.has(name) && !internal.includes(name));
    expect(missing, 'blocks that docs/language.md lacks; a part of other blocks goes into `internal` here').toEqual([]);
  });
});

it('docs/numbers.md names every operation that is not exact', () => {
  const page = readFileSync(new URL('./numbers.md', import.meta.url), 'utf8');
  const words = new Set([...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code.split(' ')));
  const approximate = ops.all.filter(({ accuracy }) => typeof accuracy === 'object');
  const missing = approximate.filter(({ name, symbol }) => !words.has(symbol ?? name)).map(({ name }) => name);
  expect(missing, 'operations whose `accuracy` in units docs/numbers.md lacks').toEqual([]);
});
