//! Runs the commands of `az.txt` with the Azure CLI.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Stage;
use super::script::{self, Step, Wanted};
use crate::failure::{Context as _, Failure, Result};
use crate::process::{self, Finished};
use crate::{project, screen};

/// Time limit of a command, which takes one or two seconds.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs every command and returns their number. The registered address of the emulator ends with a
/// slash, as some users write it.
pub(super) fn tell(stage: &Stage<'_>) -> Result<usize> {
    perform(stage, &list()?, "/")
}

/// Signs in with the first commands of the list. The registered address has no slash at its end.
pub(super) fn sign_in(stage: &Stage<'_>) -> Result<usize> {
    let steps = list()?;
    let signed_in = steps.iter().position(|step| step.line.starts_with("login"));
    let last = signed_in.context("az.txt has no command that signs in")?;
    perform(stage, &steps[..=last], "")
}

fn list() -> Result<Vec<Step>> {
    let text = std::fs::read_to_string(project::root().join("xtask/conformance/az.txt"));
    Ok(script::read(&text.context("Cannot read az.txt")?))
}

/// Runs the steps. The registered address of the emulator ends with `end`.
fn perform(stage: &Stage<'_>, steps: &[Step], end: &str) -> Result<usize> {
    let mut variables = variables(stage)?;
    variables.insert("endpoint".to_owned(), format!("{}{end}", stage.emulator.fact("base")?));
    for step in steps {
        let finished = run(stage, &step.line, &variables)?;
        let output = finished.output.trim();
        let wanted = match &step.wanted {
            Wanted::Success => finished.code == Some(0),
            Wanted::Output(wanted) => {
                finished.code == Some(0) && output == script::fill(wanted, &variables)
            }
            Wanted::Failure(wanted) => finished.code != Some(0) && output.contains(wanted),
            Wanted::Variable(name) => {
                variables.insert(name.clone(), output.to_owned());
                finished.code == Some(0) && !output.is_empty()
            }
        };
        if !wanted {
            return Err(failed(step, &finished));
        }
        screen::result(&title(step), finished.time.as_secs_f64());
    }
    Ok(steps.len())
}

fn run(stage: &Stage<'_>, line: &str, variables: &BTreeMap<String, String>) -> Result<Finished> {
    let words = shlex::split(line).context(format!("A quotation mark is not closed: az {line}"))?;
    let mut command = stage.program("az")?;
    command.args(words.iter().map(|word| script::fill(word, variables)));
    command.args(["--output", "tsv"]).envs(environment(stage));
    process::run(&mut command, DEADLINE, |_| {})
}

/// Returns the environment that isolates the CLI: its settings are in a folder of the stage, and it
/// contacts only the emulator.
pub(super) fn environment(stage: &Stage<'_>) -> [(&'static str, String); 6] {
    [
        ("AZURE_CONFIG_DIR", stage.folder.join("azure").display().to_string()),
        ("AZURE_CORE_COLLECT_TELEMETRY", "no".to_owned()),
        ("AZURE_CORE_ONLY_SHOW_ERRORS", "yes".to_owned()),
        ("AZURE_CORE_NO_COLOR", "yes".to_owned()),
        // Otherwise the CLI asks the public cloud about this cloud's sign-in address.
        ("AZURE_CORE_INSTANCE_DISCOVERY", "no".to_owned()),
        ("AZURE_EXTENSION_USE_DYNAMIC_INSTALL", "no".to_owned()),
    ]
}

fn variables(stage: &Stage<'_>) -> Result<BTreeMap<String, String>> {
    let mut variables = BTreeMap::new();
    for name in ["client_id", "client_secret", "tenant", "subscription"] {
        variables.insert(name.to_owned(), stage.emulator.fact(name)?.to_owned());
    }
    let group = stage.emulator.fact("resource_group")?.to_owned();
    let subscription = stage.emulator.fact("subscription")?;
    let providers = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers");
    variables.insert("group".to_owned(), group);
    for (name, path) in [
        ("hub", "Microsoft.MachineLearningServices/workspaces/airef-hub"),
        ("storage", "Microsoft.Storage/storageAccounts/airefstorage"),
        ("vault", "Microsoft.KeyVault/vaults/airefkv"),
        ("registry", "Microsoft.ContainerRegistry/registries/airefacr"),
        ("services", "Microsoft.CognitiveServices/accounts/airef-services"),
        ("search", "Microsoft.Search/searchServices/airef-search"),
    ] {
        variables.insert(name.to_owned(), format!("{providers}/{path}"));
    }
    variables.insert("id_token".to_owned(), stage.emulator.id_token()?);
    Ok(variables)
}

/// Returns the command without its options.
fn title(step: &Step) -> String {
    let verbs = step.line.split(' ').take_while(|word| !word.starts_with('-'));
    let told = verbs.collect::<Vec<_>>().join(" ");
    let named = step.line.split_once(" --ids ").or(step.line.split_once(" --url "));
    let named = named.and_then(|(_, rest)| rest.split(['}', ' ']).next());
    let named = named.map(|name| format!(" {}", name.trim_start_matches('{')));
    let refused = match &step.wanted {
        Wanted::Failure(code) => format!(", refused: {code}"),
        _ => String::new(),
    };
    format!("az {told}{}{refused}", named.unwrap_or_default())
}

fn failed(step: &Step, finished: &Finished) -> Failure {
    let wanted = match &step.wanted {
        Wanted::Success => "The command must succeed".to_owned(),
        Wanted::Output(wanted) => format!("The command must print {wanted:?}"),
        Wanted::Failure(wanted) => format!("The command must fail with {wanted:?}"),
        Wanted::Variable(name) => format!("The command must print the {name}"),
    };
    let code = finished.code.map_or("a signal".to_owned(), |code| code.to_string());
    Failure::new(format!("{wanted}, but it ended with {code}: az {}", step.line))
        .with("Output of the Azure CLI", &finished.output)
}
