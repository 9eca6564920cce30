//! Where things are, what they are called, and how they are built.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::{Context as _, Failure, Result};

/// The address by which configurations name the provider, without the registry's host.
pub(crate) const SOURCE: &str = "azureai/azureai";

/// The version of everything in this workspace.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file name of the provider's program, without version and `.exe`.
pub(crate) const PROVIDER: &str = "terraform-provider-azureai";

/// The file name of the emulator's program, without `.exe`.
pub(crate) const EMULATOR: &str = "azureai-emulator";

/// The two programs, freshly built.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) provider: PathBuf,
    pub(crate) emulator: PathBuf,
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The platform as Terraform names it, such as `linux_amd64`.
pub(crate) fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{system}_{processor}")
}

/// Copies the provider into a mirror, laid out as Terraform looks for an unpacked provider.
pub(crate) fn fill_mirror(mirror: &Path, provider: &Path) -> Result<PathBuf> {
    let folder = mirror.join("registry.terraform.io").join(SOURCE).join(VERSION).join(platform());
    std::fs::create_dir_all(&folder).context(format!("Making {}", folder.display()))?;
    let file = format!("{PROVIDER}_v{VERSION}{}", std::env::consts::EXE_SUFFIX);
    let target = folder.join(file);
    // A running provider cannot be written over, but its file can be replaced.
    if target.exists() {
        std::fs::remove_file(&target).context(format!("Replacing {}", target.display()))?;
    }
    std::fs::copy(provider, &target).context(format!("Copying to {}", target.display()))?;
    Ok(target)
}

/// Builds both programs in one go.
pub(crate) fn build(release: bool) -> Result<Programs> {
    programs(&cargo_build(&[PROVIDER, EMULATOR], release, &[])?)
}

/// Builds both programs to be given to others: on Linux without any library of the system's, so
/// that they run on Alpine as on glibc; and without the builder's own paths in them.
pub(crate) fn build_for_release() -> Result<Programs> {
    let built = cargo_build(&[PROVIDER, EMULATOR], true, &release_settings())?;
    programs(&built)
}

fn programs(built: &[PathBuf]) -> Result<Programs> {
    Ok(Programs { provider: find(built, PROVIDER)?, emulator: find(built, EMULATOR)? })
}

/// The environment of a release build. A target is named so that its flags do not meet what runs
/// on the builder: a macro cannot be linked statically.
fn release_settings() -> Vec<(&'static str, String)> {
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
    let mut settings = vec![("CFLAGS", renamed("-ffile-prefix-map"))];
    if let Some(target) = linux_target() {
        flags.push_str(" -C target-feature=+crt-static");
        settings.push(("CARGO_BUILD_TARGET", target));
    }
    settings.push(("RUSTFLAGS", flags));
    settings
}

fn linux_target() -> Option<String> {
    let processor = std::env::consts::ARCH;
    cfg!(target_os = "linux").then(|| format!("{processor}-unknown-linux-gnu"))
}

/// Builds the provider alone.
pub(crate) fn build_provider(release: bool) -> Result<PathBuf> {
    find(&cargo_build(&[PROVIDER], release, &[])?, PROVIDER)
}

/// The release build of an example provider of the plugin library.
pub(crate) fn build_example(name: &str) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["--release", "--package", "terraform-plugin", "--example", name]);
    find(&programs_of(&mut command)?, name)
}

/// Lets a file be run.
pub(crate) fn make_executable(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(file, mode).context("Making the wrapper a program")?;
    }
    let _ = file;
    Ok(())
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root())
        .args(["build", "--quiet", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit());
    command
}

/// Runs a build and gives the programs that it made.
fn programs_of(command: &mut Command) -> Result<Vec<PathBuf>> {
    let output = command.output().context("Starting cargo")?;
    if !output.status.success() {
        return Err(Failure::new("cargo build did not succeed; what it says stands above."));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(executable).collect())
}

/// Runs `cargo build` and gives the programs that it made. Cargo itself says where they are, since
/// the user may have moved the target folder. `--workspace` makes it use each dependency with the
/// features that the tests use too, so that neither builds it anew for the other. A release is the
/// two packages alone, without features that only tests use.
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
    found.context(format!("cargo build made no program {name}"))
}
