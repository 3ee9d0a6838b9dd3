// What the page's modules keep to. Run it with `python .ci/page.py lint`.
import js from "@eslint/js";
import { importX } from "eslint-plugin-import-x";
import globals from "globals";

// folders of the page, each may import from itself and from those before it
const LAYERS = ["shared", "actions", "map", "charts", "panels", "page"];
const within = (name) => `./viz/player/${name}`;
const zones = LAYERS.flatMap((name, place) => LAYERS.slice(place + 1).map((above) => ({ target: within(name), from: within(above), message: `${name} may import ${LAYERS.slice(0, place + 1).join(", ")}` })));

export default [
  { ignores: ["**/.venv/", "**/node_modules/"] },
  js.configs.recommended,
  {
    files: ["viz/**/*.js", "tests/viz/**/*.mjs"],
    plugins: { "import-x": importX },
    languageOptions: { ecmaVersion: 2024, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_", caughtErrors: "all" }],
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-var": "error",
      "prefer-const": "error",
      "max-lines": ["error", 300],
      "import-x/named": "error",
      "import-x/no-cycle": "error",
      "import-x/no-duplicates": "error",
      "import-x/no-mutable-exports": "error",
      "import-x/no-self-import": "error",
      "import-x/no-unresolved": "error",
    },
  },
  {
    files: ["viz/player/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      // the forms that viz/export/player_script.py joins
      "import-x/no-namespace": "error",
      "import-x/extensions": ["error", "always"],
    },
  },
  { files: ["viz/index.js", "viz/assets/custom.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/viz/**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
];
