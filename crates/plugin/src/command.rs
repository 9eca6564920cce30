//! The command of Terraform's that has started this process, as far as the system tells it.

use std::env;
use std::sync::OnceLock;

/// Whether that command destroys everything.
///
/// Before it plans a destroy, Terraform plans as usual in order to refresh, and tells providers
/// nothing of it (`Context.destroyPlan` in its `context_plan.go`). An error in that plan is one of
/// the destroy. `false` where the system does not show the command, as on Windows.
pub fn destroys() -> bool {
    static DESTROYS: OnceLock<bool> = OnceLock::new();
    *DESTROYS.get_or_init(|| is_destroy(&arguments(), |name| env::var(name).unwrap_or_default()))
}

fn is_destroy(arguments: &[String], variable: impl Fn(&str) -> String) -> bool {
    let mut given = arguments.iter().skip(1).skip_while(|it| it.starts_with('-'));
    let Some(command) = given.next() else { return false };
    let more = [variable("TF_CLI_ARGS"), variable(&format!("TF_CLI_ARGS_{command}"))];
    let mut options = given.map(String::as_str).chain(more.iter().flat_map(|it| it.split(' ')));
    let says_so = |it: &str| {
        let option = it.strip_prefix('-').map(|it| it.strip_prefix('-').unwrap_or(it));
        matches!(option, Some("destroy" | "destroy=true"))
    };
    command == "destroy" || (matches!(&**command, "plan" | "apply") && options.any(says_so))
}

/// The words of the command, with the program's own name first.
#[cfg(target_os = "linux")]
fn arguments() -> Vec<String> {
    let path = format!("/proc/{}/cmdline", std::os::unix::process::parent_id());
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.split(|byte| *byte == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect()
}

/// The words of the command, with the program's own name first, as `ps` prints them.
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
    fn a_destroy_is_told_from_what_is_not() {
        for (line, variables, expected) in [
            ("terraform destroy", "", true),
            ("/usr/bin/terraform -chdir=live destroy -auto-approve", "", true),
            ("tofu plan -destroy -out=x", "", true),
            ("terraform plan --destroy=true", "", true),
            ("terraform apply -input=false -destroy", "", true),
            ("terraform plan -out=destroy", "", false),
            ("terraform apply destroy", "", false),
            ("terraform plan -destroy=false", "", false),
            ("terraform plan", "TF_CLI_ARGS_plan=-destroy", true),
            ("terraform plan", "TF_CLI_ARGS_apply=-destroy", false),
            ("terraform validate", "TF_CLI_ARGS=-destroy", false),
            ("terraform plan", "TF_CLI_ARGS=-no-color -destroy", true),
            ("terraform", "", false),
            ("", "", false),
        ] {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let (set, value) = variables.split_once('=').unwrap_or_default();
            let variable = |name: &str| if name == set { value.to_owned() } else { String::new() };
            assert_eq!(is_destroy(&words, variable), expected, "{line} {variables}");
        }
    }
}
