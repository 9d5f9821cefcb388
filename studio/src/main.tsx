import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import "./app/base.css";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no place for the studio.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
