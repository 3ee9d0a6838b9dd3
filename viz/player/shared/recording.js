// What was recorded: every week of every side, unpacked, so that going back costs nothing.

const ENDED = ["done", "disappointed", "withered"];

class Side {
  constructor(header, index) {
    this.index = index;
    this.regime = header.sides[index].regime;
    this.label = header.sides[index].label;
    this.n = header.n;
    this.columns = header.columns.length;
    this.length = header.weeks;
    this.width = header.series.length;
    this.values = new Uint8Array(this.length * this.columns * this.n);
    this.series = new Float32Array(this.length * this.width).fill(NaN);
    this.weeks = [];
    this.problems = [];
    this.initiatives = [];
    this.names = new Map();
    this.founded = new Map();
    this.have = 0;
    this.stretches = []; // [name, last week] of each that came, as the program calls them
    this.done = false;
    this.stale = false;
    this.ghost = null;
  }

  /** Forget what came after a week. */
  cut(week) {
    this.have = Math.min(this.have, week);
    for (const list of [this.weeks, this.problems, this.initiatives]) list.length = this.have;
    this.series.fill(NaN, this.have * this.width);
    this.names = new Map();
    this.founded = new Map();
    this.weeks.forEach((one) => this.remember(one));
    this.stretches = this.stretches.filter(([, last]) => last <= this.have);
    this.done = false;
  }

  /** Take in a chunk of weeks. */
  add(message, buffers) {
    const from = message.from;
    if (this.stale || from <= this.have) this.cut(from - 1);
    this.stale = false;
    if (from !== this.have + 1) return;
    const size = this.columns * this.n;
    const raw = new Uint8Array(buffers[0]);
    for (let w = 0; w < message.count; w++) {
      const at = (this.have + w) * size;
      if (w === 0) this.values.set(raw.subarray(0, size), at);
      else for (let i = 0; i < size; i++) this.values[at + i] = this.values[at - size + i] + raw[w * size + i];
    }
    this.series.set(new Float32Array(buffers[1].slice(0, 4 * message.count * this.width)), this.have * this.width);
    message.weeks.forEach((week, k) => this.addWeek(week, k === 0 || week.full)); // the first week of a chunk tells all that lives
    this.have += message.count;
    if (message.name) this.stretches.push([message.name, this.have]);
  }

  addWeek(week, afresh) {
    const problems = new Map(afresh || !this.problems.length ? [] : this.problems[this.problems.length - 1]);
    for (const [id, street, kind, severity] of week.problems || []) {
      if (severity > 0) problems.set(id, { id, street, kind, severity: severity / 255 });
      else problems.delete(id);
    }
    this.problems.push(problems);
    this.weeks.push(week);
    const before = this.initiatives.length ? this.initiatives[this.initiatives.length - 1] : new Map();
    const now = new Map(before);
    this.remember(week);
    for (const change of week.initiatives || []) {
      const old = now.get(change.id) || {};
      const ended = ENDED.includes(change.state) ? (old.ended ?? week.week) : null;
      now.set(change.id, { ...old, ...change, ...this.founded.get(change.id), ended });
    }
    this.initiatives.push(now);
  }

  /** Names, and the key by which an initiative is known in every side: its founder and which of theirs it is. */
  remember(week) {
    for (const change of week.initiatives || []) {
      if (this.founded.has(change.id) || change.founder === undefined) continue;
      const nth = [...this.founded.values()].filter((one) => one.founder === change.founder).length;
      this.founded.set(change.id, { name: change.name, founder: change.founder, born: change.born ?? week.week, key: `${change.founder}.${nth}` });
    }
    for (const [resident, name] of week.moves || []) {
      if (!this.names.has(resident)) this.names.set(resident, []);
      this.names.get(resident).push([week.week, name]);
    }
  }

  value(week, column, resident) {
    return this.values[((week - 1) * this.columns + column) * this.n + resident];
  }

  /** The initiative known by a key, as it stands in a week; undefined when it is not there. */
  initiative(key, week) {
    const now = this.initiatives[Math.min(week, this.have) - 1];
    if (!now) return undefined;
    for (const one of now.values()) if (one.key === key) return one;
    return undefined;
  }

  keep() {
    this.ghost = { series: this.series.slice(), have: this.have };
  }
}

/** Packets come compressed: counts, then texts as JSON, then arrays, each padded to four bytes. */
export async function unpack(message, buffers) {
  if (!message.packed) return [message, buffers];
  const stream = new Blob([buffers[0]]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = await new Response(stream).arrayBuffer();
  const view = new DataView(data);
  const count = view.getUint32(0, true);
  const parts = [];
  let at = 4 + 4 * count;
  for (let k = 0; k < count; k++) {
    const size = view.getUint32(4 + 4 * k, true);
    parts.push(data.slice(at, at + size));
    at += size + ((4 - (size % 4)) % 4);
  }
  return [{ ...message, ...JSON.parse(new TextDecoder().decode(parts[0])) }, parts.slice(1)];
}

export class Store {
  constructor() {
    this.header = null;
    this.sides = [];
    this.run = 0;
  }

  /** A header opens a run: what was recorded of the same neighbourhood stays until new weeks arrive. */
  open(header, fresh) {
    const old = this.header;
    const same = !fresh && old && old.scenario === header.scenario && old.n === header.n && old.weeks === header.weeks && old.series.length === header.series.length;
    const sides = header.sides.map((side, index) => {
      const kept = same ? this.sides[index] : undefined;
      if (!kept) return new Side(header, index);
      kept.stale = true;
      kept.done = false;
      kept.regime = side.regime;
      kept.label = side.label;
      return kept;
    });
    this.header = header;
    this.sides = sides;
    this.column = Object.fromEntries(header.columns.map((name, place) => [name, place]));
    this.place = Object.fromEntries(header.series.map((one, place) => [one.name, place]));
    return same;
  }

  /** Weeks that every side has. */
  get have() {
    return this.sides.length ? Math.min(...this.sides.map((side) => side.have)) : 0;
  }

  seriesOf(side, name, ghost = false) {
    const place = this.place[name];
    const from = ghost ? side.ghost : side;
    if (place === undefined || !from) return null;
    return { at: (week) => (week >= 1 && week <= from.have ? from.series[(week - 1) * side.width + place] : NaN), have: from.have };
  }

  residentName(row, week) {
    let name = this.header.residents.name[row];
    for (const side of this.sides)
      for (const [since, other] of side.names.get(row) || []) if (since <= week) name = other;
    return name;
  }
}
