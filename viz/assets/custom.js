// What the page server puts around the page: nothing. What there is to say, also when the line is lost, the page says itself.
(() => {
  const query = new URLSearchParams(window.location.search);
  const asked = query.get("lang") || /"lang":"(nl|en)"/.exec(query.get("view") || "")?.[1];
  const wished = (navigator.languages || [navigator.language || "en"]).map((one) => one.slice(0, 2)).find((one) => one === "nl" || one === "en");
  const lang = asked === "nl" || asked === "en" ? asked : wished || "en";
  document.documentElement.lang = lang;
  const waiting = { nl: "Even geduld …", en: "One moment …" }[lang];
  document.getElementById("vue-app-template").textContent = `<v-app :key="forceUpdateTrigger">
    <p v-if="loading" role="status" style="padding: 4rem 2rem; text-align: center; font: 1.1rem system-ui, sans-serif">${waiting}</p>
    <div v-else><jupyter-widget-mount-point v-if="!remounting" :key="remountKey" mount-id="solara-main"></jupyter-widget-mount-point></div>
  </v-app>`;
})();
