// The map of one side: ground and residents are kept in a picture of their own, of which only what changed is drawn again.

import { h } from "../shared/dom.js";
import { binsFor, scaleOf } from "./colours.js";
import { drawGround } from "./ground.js";
import { drawSigns } from "./signs.js";

export class SideMap {
  constructor(page, index) {
    this.page = page;
    this.index = index;
    this.canvas = h("canvas", { class: "lw-map", role: "img" });
    this.ctx = this.canvas.getContext("2d");
    this.base = document.createElement("canvas");
    this.shown = null;
    this.bins = null;
    this.week = -1;
    this.dirty = true;
  }

  get side() {
    return this.page.store.sides[this.index];
  }

  /** Fit the canvas to its place on the page; everything is drawn anew. */
  resize() {
    const width = Math.max(120, Math.round(this.canvas.clientWidth));
    const height = Math.max(120, Math.round(this.canvas.clientHeight));
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.width === width && this.height === height && this.shown) return;
    this.setSize(width, height);
  }

  setSize(width, height) {
    this.ratio ??= 1;
    this.width = width;
    this.height = height;
    for (const canvas of [this.canvas, this.base]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.fresh();
  }

  fresh() {
    this.shown = null;
    this.dirty = true;
  }

  /** Where the map lies in the canvas: the whole of it, or what the viewer zoomed to. */
  view() {
    const { map, zoom } = this.page;
    const top = 46;
    const fit = Math.min(this.width / map.width, (this.height - top) / map.height);
    const scale = fit * zoom.by;
    const x = this.width / 2 - zoom.x * map.width * scale;
    const y = top + (this.height - top) / 2 - zoom.y * map.height * scale;
    return { x, y, scale, width: this.width, height: this.height, top };
  }

  onScreen(x, y) {
    const v = this.at || this.view();
    return [v.x + x * v.scale, v.y + y * v.scale];
  }

  /** Residents whose colour changed are drawn again; after a change of view or outcome, all. */
  paintResidents(week) {
    const { page, side } = this;
    const ctx = this.base.getContext("2d");
    const column = page.store.column[page.colour] ?? 0;
    const scale = scaleOf(page.colour);
    const all = !this.shown || this.colour !== page.colour;
    if (all) {
      this.at = this.view();
      this.bins = binsFor(page.colour);
      this.colour = page.colour;
      ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      drawGround(ctx, page.map, this.at);
      this.shown = new Int8Array(side.n).fill(-1);
    }
    if (week < 1) return;
    const { map } = page;
    const start = ((week - 1) * side.columns + column) * side.n;
    const { scale: s, x: ox, y: oy } = this.at;
    const r = this.ratio;
    ctx.setTransform(s * r, 0, 0, s * r, ox * r, oy * r);
    let colour = -1;
    const waiting = scale.map(() => []);
    for (let i = 0; i < side.n; i++) {
      const bin = this.bins[side.values[start + i]];
      if (bin !== this.shown[i]) {
        waiting[bin].push(i);
        this.shown[i] = bin;
      }
    }
    for (let bin = 0; bin < waiting.length; bin++)
      for (const i of waiting[bin]) {
        if (colour !== bin) ctx.fillStyle = scale[(colour = bin)];
        ctx.fillRect(map.x[i], map.y[i], map.w[i], map.h[i]);
      }
  }

  /** Draw the map as it stands at a time: whole weeks for colours, in between for what moves. */
  draw(time) {
    const { page, side, ctx } = this;
    if (!side || !page.map || !this.width) return;
    const week = Math.min(Math.floor(time), side.have);
    if (week !== this.week || !this.shown || this.colour !== page.colour) this.paintResidents(week);
    this.week = week;
    this.at = this.at || this.view();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.base, 0, 0);
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (week >= 1) drawSigns(this, week, time - Math.floor(time));
    this.dirty = false;
  }

  /** What stands at a point of the canvas: {type, id}. */
  find(px, py) {
    const { page, side, at } = this;
    const week = Math.min(Math.floor(page.time), side.have);
    const reach = 12;
    for (const mark of (this.marks || []).slice().reverse()) if (Math.hypot(mark.x - px, mark.y - py) <= Math.max(mark.r, reach - 4)) return { type: mark.type, id: mark.id };
    if (py < at.top && week >= 1) return null;
    const x = (px - at.x) / at.scale;
    const y = (py - at.y) / at.scale;
    const { map } = page;
    for (let i = 0; i < side.n; i++) if (x >= map.x[i] - 0.7 && y >= map.y[i] - 0.7 && x <= map.x[i] + map.w[i] + 0.7 && y <= map.y[i] + map.h[i] + 0.7) return { type: "resident", id: i };
    for (const block of map.blocks) if (x >= block.x - 5 && y >= block.y - 5 && x <= block.x + block.w + 5 && y <= block.y + block.h + 5) return { type: "street", id: block.index };
    return null;
  }
}
