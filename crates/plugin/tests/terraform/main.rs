//! Applies the example providers with the real Terraform on the PATH, without a network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in the functions it calls"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Returns the program of an example, built as this test is. Cargo builds examples before it runs
/// all tests, but not before it runs one of them.
fn example(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").expect("cargo runs this test");
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--offline", "--workspace", "--example", name]);
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    if profile.ends_with("release") {
        build.arg("--release");
    }
    let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A folder with a configuration, Terraform's settings, an example provider, and its files.
struct World {
    folder: TempDir,
    provider: &'static str,
}

/// Output of a command.
struct Said {
    code: Option<i32>,
    text: String,
}

impl Said {
    #[track_caller]
    fn ends(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}", self.text);
        self.text
    }
}

impl World {
    fn new(provider: &'static str) -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), provider };
        for folder in ["work", "files", "bin"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        let program = format!("bin/terraform-provider-{provider}{}", std::env::consts::EXE_SUFFIX);
        fs::copy(example(provider), world.path(&program)).unwrap();
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"example/{provider}\" = {:?}\n  \
             }}\n  direct {{\n    exclude = [\"*/*\"]\n  }}\n}}\n",
            world.path("bin")
        );
        fs::write(world.path("terraform.rc"), settings).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the names of the provider's files, sorted.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("files")).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries.map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.path("files").join(name)).unwrap()
    }

    fn config(&self, hcl: &str) {
        let name = self.provider;
        let required = format!(
            r#"terraform {{
  required_providers {{
    {name} = {{ source = "example/{name}" }}
  }}
}}
"#
        );
        fs::write(self.path("work/main.tf"), required + hcl).unwrap();
    }

    fn run(&self, args: &[&str]) -> Said {
        let Output { status, stdout, stderr } = Command::new("terraform")
            .args(args)
            .current_dir(self.path("work"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.folder.path())
            .env("TF_CLI_CONFIG_FILE", self.path("terraform.rc"))
            .env("TF_CLI_ARGS", "-no-color")
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .expect("terraform is on the PATH");
        let text = [stdout, stderr].concat();
        Said { code: status.code(), text: String::from_utf8_lossy(&text).into_owned() }
    }

    fn apply(&self) -> Said {
        self.run(&["apply", "-input=false", "-auto-approve"])
    }

    fn plan(&self) -> Said {
        self.run(&["plan", "-input=false", "-detailed-exitcode"])
    }
}

/// A configured provider, a note, and a data source that reads the note.
fn note(world: &World, name: &str, text: &str) -> String {
    format!(
        r#"
provider "notes" {{
  folder = {:?}
}}

resource "notes_note" "a" {{
  name = "{name}"
  text = "{text}"
}}

data "notes_note" "a" {{
  name = notes_note.a.name
}}

output "text" {{
  value = data.notes_note.a.text
}}
"#,
        world.path("files")
    )
}

#[test]
fn terraform_creates_updates_and_destroys_a_note() {
    let world = World::new("notes");
    world.config(&note(&world, "todo", "milk"));
    let said = world.apply().ends(0);
    assert!(said.contains(r#"text = "milk""#), "{said}");
    assert_eq!(world.files(), ["todo.txt"]);
    assert_eq!(world.file("todo.txt"), "milk");
    world.plan().ends(0);

    world.config(&note(&world, "todo", "bread"));
    assert!(world.plan().ends(2).contains("1 to change"));
    world.apply().ends(0);
    assert_eq!(world.file("todo.txt"), "bread");

    // A change by somebody else is drift; a new name is a new note.
    fs::write(world.path("files/todo.txt"), "beer").unwrap();
    assert!(world.plan().ends(2).contains("beer"));
    world.config(&note(&world, "done", "bread"));
    assert!(world.plan().ends(2).contains("must be replaced"));
    world.apply().ends(0);
    assert_eq!(world.files(), ["done.txt"]);

    world.run(&["destroy", "-input=false", "-auto-approve"]).ends(0);
    assert_eq!(world.files(), [""; 0]);
}

#[test]
fn an_import_reads_the_note_and_mistakes_are_errors() {
    let world = World::new("notes");
    fs::write(world.path("files/old.txt"), "rust").unwrap();
    let old = note(&world, "old", "rust");
    world.config(&old);
    world.run(&["import", "-input=false", "notes_note.a", "old"]).ends(0);
    world.apply().ends(0);
    world.plan().ends(0);
    world.config(&old.replace("\"old\"", "\"Old\""));
    let said = world.run(&["validate"]).ends(1);
    assert!(said.contains("is not a name of lowercase letters"), "{said}");
    world.config(&old.replace("rust\"\n", "rust\"\n  timeouts {}\n"));
    let said = world.run(&["validate"]).ends(1);
    assert!(said.contains("\"timeouts\" are not expected"), "{said}");
}

/// A file whose secret is the token of a session.
fn seal(world: &World, version: u8) -> String {
    format!(
        r#"
ephemeral "secrets_session" "run" {{
  folder = {files:?}
}}

resource "secrets_seal" "a" {{
  path    = "${{{files:?}}}/a.seal"
  secret  = ephemeral.secrets_session.run.token
  version = {version}
}}

output "shown" {{
  value = provider::secrets::shown("hunter2")
}}
"#,
        files = world.path("files")
    )
}

#[test]
fn a_secret_reaches_its_file_and_no_state() {
    let world = World::new("secrets");
    world.config(&seal(&world, 1));
    let said = world.apply().ends(0);
    assert!(said.contains(r#"shown = "hu…""#), "{said}");
    assert_eq!(world.files(), ["a.seal"], "the session is closed");
    let first = world.file("a.seal");
    assert!(first.starts_with("token-"), "{first}");
    let state = fs::read_to_string(world.path("work/terraform.tfstate")).unwrap();
    assert!(!state.contains("token-"), "what is write-only is in the state");
    world.plan().ends(0);

    // Only a new version writes the secret again.
    world.config(&seal(&world, 2));
    world.apply().ends(0);
    assert_ne!(world.file("a.seal"), first);

    world.config("output \"shown\" {\n  value = provider::secrets::shown(\"5\")\n}\n");
    let said = world.plan().ends(1);
    assert!(said.contains("Invalid value for \"text\" parameter"), "{said}");
    world.config("");
    world.apply().ends(0);
    assert_eq!(world.files(), [""; 0]);
}
