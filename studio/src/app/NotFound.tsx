import { CompassNorthwestRegular } from "@fluentui/react-icons";
import { ButtonLink } from "../parts/ButtonLink.tsx";
import { Empty } from "../parts/Empty.tsx";

export function NotFound() {
  return (
    <Empty
      icon={<CompassNorthwestRegular />}
      title="There is no such page"
      action={<ButtonLink to="/projects">All projects</ButtonLink>}
    >
      The address may be mistyped, or what it led to has been deleted.
    </Empty>
  );
}
