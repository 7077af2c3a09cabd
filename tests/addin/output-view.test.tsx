/** @jest-environment jsdom */
import { afterEach, describe, expect, test } from '@jest/globals';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { ActionsView, AnswerView, SummaryView } from '../../addin/ui/output-view.tsx';
import { resultText, withMarking } from '../../addin/ui/result-text.ts';
import { StatementView } from '../../addin/ui/statement-view.tsx';
import type { Action } from '../../shared/contract/task-result.ts';
import { citation, statement, summaryResult, taskResult } from '../browser/sample-results.ts';

afterEach(cleanup);

const none = { citations: [], sources: [] };
const sent: Action = { ...statement('Send the figures.', [1]), due: 'by Friday', sure: true, yours: true };
const perhaps: Action = { ...statement('Check the line.', [1]), who: 'Alex', sure: false, yours: false };

describe('a result on the page', () => {
  test('a summary shows each kind of statement under its heading', () => {
    if (summaryResult.output.kind !== 'summary') throw new Error('not a summary');
    render(<SummaryView output={summaryResult.output} evidence={summaryResult} unfinished={false} />);
    expect(screen.getAllByRole('heading').map((heading) => heading.textContent)).toEqual([
      'Main points',
      'Actions',
      'Dates',
      'Questions still open',
    ]);
    expect(screen.getByText('“Wednesday”: Wednesday 25 November 2026')).toBeDefined();
    expect(screen.getAllByRole('button')).toHaveLength(7);
  });

  test('a summary shows no heading over nothing', () => {
    render(
      <SummaryView
        output={{ kind: 'summary', headline: statement(''), points: [], actions: [], dates: [], questions: [] }}
        evidence={none}
        unfinished={false}
      />,
    );
    expect(document.body.textContent).toBe('');
  });

  test('actions stand under whom they are for, and uncertain ones say so', () => {
    render(<ActionsView output={{ kind: 'actions', actions: [perhaps, sent] }} evidence={none} unfinished={false} />);
    expect(document.body.textContent).toBe(
      'For youSend the figures. Who: youDue: by FridayFor othersCheck the line. Possible requestWho: Alex',
    );
  });

  test('no actions and no answer are said in words, but not while more may come', () => {
    const { container } = render(<ActionsView output={{ kind: 'actions', actions: [] }} evidence={none} unfinished />);
    expect(container.textContent).toBe('');
    render(<ActionsView output={{ kind: 'actions', actions: [] }} evidence={none} unfinished={false} />);
    expect(screen.getByText('No actions were found in this message.')).toBeDefined();
    render(<AnswerView output={{ kind: 'answer', answer: [], found: false }} evidence={none} unfinished={false} />);
    expect(
      screen.getByText('We found no answer to this in the message. It may be there in other words: check before you rely on this.'),
    ).toBeDefined();
  });

  test('a number opens its quote in its place and closes it again, and another takes over', () => {
    const evidence = {
      citations: [citation(1, 'noon', 'By noon on Tuesday.'), citation(2, 'not there', 'Something else.')],
      sources: [{ kind: 'email', name: 'Figures' }],
    };
    render(<StatementView statement={statement('It is due by noon.', [1, 2, 99])} evidence={evidence} />);
    const [first, second] = screen.getAllByRole('button');
    if (!first || !second) throw new Error('two numbers were expected');
    fireEvent.click(first);
    expect(document.querySelector('mark')?.textContent).toBe('noon');
    expect(document.querySelector('blockquote')?.textContent).toBe('By noon on Tuesday.');
    expect(document.getElementById(first.getAttribute('aria-controls') ?? '')?.textContent).toContain('Paragraph 2 of “Figures”');
    fireEvent.click(second);
    expect(first.getAttribute('aria-expanded')).toBe('false');
    expect(document.querySelector('blockquote')?.textContent).toBe('not there');
    fireEvent.click(second);
    expect(document.querySelector('blockquote')).toBeNull();
  });

  test('markup in a statement stays text', () => {
    render(<StatementView statement={statement('<img src=x onerror=alert(1)>')} evidence={none} />);
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
  });
});

describe('a result as text', () => {
  test('begins with its marking and labels what was not found', () => {
    const text = resultText(summaryResult);
    expect(text).toMatch(/^OFFICIAL\n\nThe Minister wants three changes/);
    expect(text).toContain('- The grants helped 6,900 households. (not found in the message)');
    expect(text).toContain('- Check the line on eligibility with legal advisers. (who: Alex; due: by Monday evening; possible request)');
    expect(text).toMatch(/writes nothing of its own\.$/);
  });

  test('an empty list of actions is said', () => {
    expect(resultText(taskResult({ kind: 'actions', actions: [] }))).toContain('No actions were found in this message.');
  });

  test('a marking that stands already is not put twice', () => {
    expect(withMarking('OFFICIAL\n\nDear Priya', summaryResult.marking)).toBe('OFFICIAL\n\nDear Priya');
  });
});
