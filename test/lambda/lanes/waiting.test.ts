import { describe, expect, it } from "vitest";
import type { Ticket } from "../../../lambda/lanes/ledger/ledger-contents.ts";
import { hasWork, waitingSince, waitingTickets } from "../../../lambda/lanes/waiting.ts";

const ticket = (seq: number, round = 1, at = seq): Ticket => ({
  seq,
  round,
  at,
  identity: `e${seq}`,
  route: "orders",
  by: "",
  file: "",
});

describe("the tickets that wait", () => {
  it("are all when no batch is open", () => {
    const tickets = [ticket(1), ticket(2)];
    expect(waitingTickets(tickets, {})).toStrictEqual(tickets);
  });

  it("are those that the open batch has not taken, by number and round", () => {
    const tickets = [ticket(1), ticket(2, 1), ticket(2, 2), ticket(12)];
    const members = [
      { seq: 1, round: 1 },
      { seq: 2, round: 2 },
    ];
    expect(waitingTickets(tickets, { open: { id: 1, members } })).toStrictEqual([
      ticket(2, 1),
      ticket(12),
    ]);
  });

  it("wait since the earliest came", () => {
    expect(waitingSince([])).toBeUndefined();
    expect(waitingSince([ticket(1, 1, 30), ticket(2, 1, 10), ticket(3, 1, 20)])).toBe(10);
  });

  it("can be very many, as in a lane that was held for a week", () => {
    const many = Array.from({ length: 300_000 }, (_, index) => ticket(index + 2));
    expect(waitingSince([...many, ticket(300_002, 1, 1)])).toBe(1);
  });
});

describe("a lane has work", () => {
  const open = { id: 1, members: [] };
  const drop = { id: "d", upto: 5 };
  const hold = { by: "Ann", why: "x", at: 1 };

  it.each([
    [{}, false, false],
    [{}, true, true],
    [{ hold }, true, false],
    [{ hold }, false, false],
    [{ open }, false, true],
    [{ drop }, false, true],
    [{ open, drop }, false, true],
    [{ open, hold }, false, true],
    [{ drop, hold }, true, true],
  ])("with the head %j and tickets: %j", (head, hasTickets, expected) => {
    expect(hasWork(head, hasTickets)).toBe(expected);
  });
});
