/** Puts the chosen look around the studio, and lets any part of it read and change the choice. */

import { FluentProvider } from "@fluentui/react-components";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
} from "react";
import { type Choice, choose, chosen, type Look, lookOf, onSystemChange, themes } from "./theme.ts";

interface LookState {
  choice: Choice;
  look: Look;
  setChoice: (choice: Choice) => void;
}

const Context = createContext<LookState | null>(null);

export function LookProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(chosen);
  const look = useSyncExternalStore(onSystemChange, () => lookOf(choice));
  useEffect(() => choose(choice), [choice]);
  // Style sheets outside of the components, such as that of painted spans, go by this.
  useLayoutEffect(() => {
    document.documentElement.dataset["look"] = look;
  }, [look]);
  return (
    <Context value={{ choice, look, setChoice }}>
      {/* Its class names go to every menu and dialog too, so the frame has an element of its own. */}
      <FluentProvider theme={themes[look]} style={{ height: "100%" }}>
        <div className="studio">{children}</div>
      </FluentProvider>
    </Context>
  );
}

export function useLook(): LookState {
  const state = useContext(Context);
  if (state === null) throw new Error("useLook outside of LookProvider");
  return state;
}
