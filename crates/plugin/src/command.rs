//! The Terraform command that started this process, as far as the system shows it.

use std::env;
use std::sync::OnceLock;

/// Returns `true` if the command destroys everything. Returns `false` if the system does not show
/// the command, as on Windows.
///
/// Before Terraform plans a destroy, it runs an ordinary plan to refresh the state, and does not
/// tell providers so (`Context.destroyPlan` in its `context_plan.go`). An error in that plan fails
/// the destroy.
pub fn destroys() -> bool {
    *purpose() == Purpose::Destroy
}

/// Returns `true` if the command only validates. A plan validates too, before it plans. Returns
/// `false` if the system does not show the command.
pub fn only_validates() -> bool {
    *purpose() == Purpose::Validate
}

/// Purpose of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Validate,
    Destroy,
    Other,
}

fn purpose() -> &'static Purpose {
    static PURPOSE: OnceLock<Purpose> = OnceLock::new();
    PURPOSE.get_or_init(|| purpose_of(&arguments(), |name| env::var(name).unwrap_or_default()))
}

fn purpose_of(arguments: &[String], variable: impl Fn(&str) -> String) -> Purpose {
    let mut given = arguments.iter().skip(1).skip_while(|it| it.starts_with('-'));
    let command = given.next().map(String::as_str).unwrap_or_default();
    let more = [variable("TF_CLI_ARGS"), variable(&format!("TF_CLI_ARGS_{command}"))];
    let mut options = given.map(String::as_str).chain(more.iter().flat_map(|it| it.split(' ')));
    let destroys = |it: &str| {
        let option = it.strip_prefix('-').map(|it| it.strip_prefix('-').unwrap_or(it));
        matches!(option, Some("destroy" | "destroy=true"))
    };
    match command {
        "validate" => Purpose::Validate,
        "destroy" => Purpose::Destroy,
        "plan" | "apply" if options.any(destroys) => Purpose::Destroy,
        _ => Purpose::Other,
    }
}

/// Returns the words of the command, beginning with the program's name.
#[cfg(target_os = "linux")]
fn arguments() -> Vec<String> {
    let path = format!("/proc/{}/cmdline", std::os::unix::process::parent_id());
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.split(|byte| *byte == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect()
}

/// Returns the words of the command, beginning with the program's name, as `ps` prints them.
#[cfg(all(unix, not(target_os = "linux")))]
fn arguments() -> Vec<String> {
    let parent = std::os::unix::process::parent_id().to_string();
    let printed = std::process::Command::new("ps").args(["-o", "args=", "-p", &parent]).output();
    let printed = printed.map(|it| it.stdout).unwrap_or_default();
    String::from_utf8_lossy(&printed).split_whitespace().map(str::to_owned).collect()
}

#[cfg(not(unix))]
fn arguments() -> Vec<String> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destroys_and_validations_are_recognized() {
        use Purpose::{Destroy, Other, Validate};
        for (line, variables, expected) in [
            ("terraform destroy", "", Destroy),
            ("/usr/bin/terraform -chdir=live destroy -auto-approve", "", Destroy),
            ("tofu plan -destroy -out=x", "", Destroy),
            ("terraform plan --destroy=true", "", Destroy),
            ("terraform apply -input=false -destroy", "", Destroy),
            ("terraform plan -out=destroy", "", Other),
            ("terraform apply destroy", "", Other),
            ("terraform plan -destroy=false", "", Other),
            ("terraform plan", "TF_CLI_ARGS_plan=-destroy", Destroy),
            ("terraform plan", "TF_CLI_ARGS_apply=-destroy", Other),
            ("terraform validate -json", "TF_CLI_ARGS=-destroy", Validate),
            ("terraform plan", "TF_CLI_ARGS=-no-color -destroy", Destroy),
            ("terraform", "", Other),
            ("", "", Other),
        ] {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let (set, value) = variables.split_once('=').unwrap_or_default();
            let variable = |name: &str| if name == set { value.to_owned() } else { String::new() };
            assert_eq!(purpose_of(&words, variable), expected, "{line} {variables}");
        }
    }
}
