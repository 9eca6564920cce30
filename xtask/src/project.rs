//! Names, paths and builds of the project.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::{Context as _, Failure, Result};
use crate::platform::Platform;

/// Source address of the provider in configurations, without the registry's host.
pub(crate) const SOURCE: &str = "azureai/azureai";

/// Hosts of the registries that a source without a host means: to Terraform and to OpenTofu.
pub(crate) const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// Version of all packages in this workspace.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// File name of the provider's program, without version and `.exe`.
pub(crate) const PROVIDER: &str = "terraform-provider-azureai";

/// File name of the emulator's program, without `.exe`.
pub(crate) const EMULATOR: &str = "azureai-emulator";

/// Paths of the two programs.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) provider: PathBuf,
    pub(crate) emulator: PathBuf,
}

/// Returns the folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Returns the platform in Terraform's form, such as `linux_amd64`.
pub(crate) fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        // `arm` has this name in Go, too.
        other => other,
    };
    format!("{system}_{processor}")
}

/// Copies the provider into a mirror, where Terraform and OpenTofu find it under [`SOURCE`].
pub(crate) fn fill_mirror(mirror: &Path, provider: &Path) -> Result<[PathBuf; 2]> {
    let [terraform, tofu] = REGISTRIES;
    let first = install(mirror, terraform, provider)?;
    let second = install(mirror, tofu, &first)?;
    Ok([first, second])
}

/// Puts a program into a mirror of a registry, in the layout of an unpacked provider.
fn install(mirror: &Path, registry: &str, program: &Path) -> Result<PathBuf> {
    let folder = mirror.join(registry).join(SOURCE).join(VERSION).join(platform());
    std::fs::create_dir_all(&folder).context(format!("Making {}", folder.display()))?;
    let file = format!("{PROVIDER}_v{VERSION}{}", std::env::consts::EXE_SUFFIX);
    let target = folder.join(file);
    // The file of a running provider cannot be overwritten, but it can be replaced.
    if target.exists() {
        std::fs::remove_file(&target).context(format!("Replacing {}", target.display()))?;
    }
    std::fs::copy(program, &target).context(format!("Cannot copy to {}", target.display()))?;
    Ok(target)
}

/// Builds both programs with one run of cargo.
pub(crate) fn build(release: bool) -> Result<Programs> {
    programs(&cargo_build(&[PROVIDER, EMULATOR], release, &[])?)
}

/// Builds both programs for distribution. They link no libraries that a platform may lack. They
/// contain no paths of the build machine.
pub(crate) fn build_for_release(platform: Platform) -> Result<Programs> {
    let built = cargo_build(&[PROVIDER, EMULATOR], true, &release_settings(platform))?;
    programs(&built)
}

fn programs(built: &[PathBuf]) -> Result<Programs> {
    Ok(Programs { provider: find(built, PROVIDER)?, emulator: find(built, EMULATOR)? })
}

/// Returns the environment of a release build. It names a target, so that the flags do not apply to
/// programs that run during the build: a procedural macro cannot be linked statically.
fn release_settings(platform: Platform) -> Vec<(&'static str, String)> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut places = vec![(root().to_owned(), ".")];
    places.extend(home.map(|home| (home, "cargo")));
    let renamed = |flag: &str| {
        let flags = places.iter().map(|(place, name)| format!("{flag}={}={name}", place.display()));
        flags.collect::<Vec<_>>().join(" ")
    };
    let mut flags = renamed("--remap-path-prefix");
    let mut settings = vec![("CARGO_BUILD_TARGET", platform.target.to_owned())];
    if platform.links_statically() {
        flags.push_str(" -C target-feature=+crt-static");
    }
    settings.push(("RUSTFLAGS", flags));
    // Microsoft's compiler has no such option.
    if !platform.target.ends_with("-msvc") {
        settings.push(("CFLAGS", renamed("-ffile-prefix-map")));
    }
    settings
}

/// Builds the provider only.
pub(crate) fn build_provider(release: bool) -> Result<PathBuf> {
    find(&cargo_build(&[PROVIDER], release, &[])?, PROVIDER)
}

/// Builds an example provider of the plugin library in release mode.
pub(crate) fn build_example(name: &str) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["--release", "--package", "terraform-plugin", "--example", name]);
    find(&programs_of(&mut command)?, name)
}

/// Makes a file executable.
pub(crate) fn make_executable(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(file, mode).context("Cannot make the wrapper executable")?;
    }
    let _ = file;
    Ok(())
}

/// Returns the command of the cargo that runs this program, without arguments.
pub(crate) fn cargo_command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn cargo() -> Command {
    let mut command = cargo_command();
    command
        .current_dir(root())
        .args(["build", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit());
    // A build takes minutes, so a terminal shows its progress. A log does not need it.
    if !std::io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    command
}

/// Runs a build and returns the programs that it produced.
fn programs_of(command: &mut Command) -> Result<Vec<PathBuf>> {
    let output = command.output().context("Cannot start cargo")?;
    if !output.status.success() {
        return Err(Failure::new("cargo build did not succeed. See its output above"));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(executable).collect())
}

/// Runs `cargo build` and returns the programs that it produced. Cargo's messages contain their
/// paths, because the user may have moved the target folder.
///
/// `--workspace` makes cargo use the dependency features that the tests use, so that neither build
/// invalidates the other. A release build has only the two packages, without features that only
/// tests use.
fn cargo_build(
    programs: &[&str],
    release: bool,
    settings: &[(&str, String)],
) -> Result<Vec<PathBuf>> {
    let mut command = cargo();
    command
        .args(programs.iter().flat_map(|program| ["--bin", program]))
        .envs(settings.iter().map(|(name, value)| (name, value)));
    if release {
        command.args(["--release", "--package", PROVIDER, "--package", "emulator"]);
    } else {
        command.arg("--workspace");
    }
    programs_of(&mut command)
}

fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    message["executable"].as_str().map(PathBuf::from)
}

fn find(programs: &[PathBuf], name: &str) -> Result<PathBuf> {
    let wanted = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == name);
    let found = programs.iter().find(wanted).cloned();
    found.context(format!("cargo build did not produce the program {name}"))
}
