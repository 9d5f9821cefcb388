import {
  Dropdown,
  Field,
  makeStyles,
  Option,
  Spinner,
  Tab,
  TabList,
} from "@fluentui/react-components";
import { DataTrendingRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { modelsQuery } from "../../api/queries.ts";
import { Review } from "../../evaluation/Review.tsx";
import { pageAddress } from "../../parts/addresses.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Advice } from "./Advice.tsx";
import { Distribution } from "./Distribution.tsx";

const useStyles = makeStyles({ model: { maxWidth: "320px" } });

export function ImprovePage() {
  const { project = "", view = "validation" } = useParams();
  const navigate = useNavigate();
  return (
    <Page
      title="Improve model"
      about="Look at what the model got wrong, mend labels where they are at fault, and add examples where there are few."
    >
      <TabList
        selectedValue={view}
        onTabSelect={(_, { value }) =>
          void navigate(`${pageAddress(project, "improve")}/${String(value)}`)
        }
      >
        <Tab value="validation">Review validation set</Tab>
        <Tab value="distribution">Examine data distribution</Tab>
      </TabList>
      {view === "distribution" ? (
        <Distribution project={project} />
      ) : (
        <Validation project={project} />
      )}
    </Page>
  );
}

function Validation({ project }: { project: string }) {
  const styles = useStyles();
  const models = useQuery(modelsQuery(project));
  const [search, setSearch] = useSearchParams();
  if (models.isPending) return <Spinner label="Looking for models" />;
  if (models.error) {
    return <Problem error={models.error} onRetry={() => void models.refetch()} />;
  }
  // The one trained last is the one that people have just come from.
  const [newest] = [...models.data].sort((one, other) =>
    other.lastTrainedDateTime.localeCompare(one.lastTrainedDateTime),
  );
  const model = models.data.find(({ label }) => label === search.get("model")) ?? newest;
  if (model === undefined) {
    return (
      <Empty
        icon={<DataTrendingRegular />}
        title="No model is trained yet"
        action={<ButtonLink to={pageAddress(project, "train")}>Train</ButtonLink>}
      >
        A training keeps some documents aside, the validation set. Once it has ended you see here
        what the model makes of them.
      </Empty>
    );
  }
  return (
    <>
      <Field label="Model" className={styles.model}>
        <Dropdown
          value={model.label}
          selectedOptions={[model.label]}
          onOptionSelect={(_, { optionValue }) =>
            optionValue !== undefined && setSearch({ model: optionValue }, { replace: true })
          }
        >
          {models.data.map(({ label }) => (
            <Option key={label} value={label}>
              {label}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Advice project={project} model={model.label} />
      <Review key={model.label} project={project} model={model.label} dataset="Validation" />
    </>
  );
}
