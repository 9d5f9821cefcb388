import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entitiesQuery } from "../api/queries.ts";
import { useLook } from "../app/Look.tsx";
import { type Hue, hue, hueAt } from "../text/hues.ts";

/** The colours of a project's entity types in the present look; none in high contrast. */
export function useHues(project: string): (category: string) => Hue | undefined {
  const { look } = useLook();
  const { data: entities } = useQuery(entitiesQuery(project));
  return useMemo(() => {
    const places = new Map(entities?.map(({ category }, place) => [category, place]));
    return (category) => {
      const place = places.get(category);
      return look === "contrast" || place === undefined ? undefined : hue(hueAt(place), look);
    };
  }, [entities, look]);
}
