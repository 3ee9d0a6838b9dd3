// The least that a page must do: ask for a view, unpack what comes, and say what it got.
const unpack = async (buffer) => {
  const whole = await new Response(new Blob([buffer]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  const count = new Uint32Array(whole, 0, 1)[0];
  const lengths = new Uint32Array(whole, 4, count);
  let place = 4 * (1 + count);
  return [...lengths].map((length) => {
    const part = new Uint8Array(whole, place, length);
    place += length + ((4 - (length % 4)) % 4);
    return part;
  });
};
export default {
  render({ model, el }) {
    const said = document.createElement("pre");
    said.id = "said";
    el.append(said);
    const got = { weeks: {}, done: [], errors: [], n: 0 };
    let order = Promise.resolve();
    window.leefwereld = { model, got };
    model.on("msg:custom", (message, buffers) => {
      order = order.then(async () => {
        const parts = message.packed ? await unpack(buffers[0]) : [];
        const facts = parts.length ? JSON.parse(new TextDecoder().decode(parts[0])) : {};
        if (message.kind === "header") Object.assign(got, { n: facts.header.n, header: message, weeks: {}, done: [] });
        if (message.kind === "chunk") for (const week of facts.weeks) got.weeks[`${message.side}.${week.week}`] = parts[1].length;
        if (message.kind === "done") got.done.push(message.side);
        if (message.kind === "error") got.errors.push(message.text.en);
        said.textContent = `${got.n} residents, ${Object.keys(got.weeks).length} weeks, done ${got.done.length}, ${got.errors.join(" ")}`;
      });
    });
    model.send({ kind: "ready" });
    model.send({ kind: "view", run: 1, state: model.get("state") });
  },
};
