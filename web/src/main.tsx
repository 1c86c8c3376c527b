/** Start the editor in its page. */

import { createRoot } from "react-dom/client";
import { App } from "./App";
import { startTheme } from "./ui";

startTheme();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
