//! Provider that stores notes as files, with a resource and a data source. `README.md` describes
//! how to run it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::{fs, io};
use terraform_plugin::prelude::*;

/// Stores notes as files in a folder.
#[derive(Model)]
struct Settings {
    /// Path of the folder, which must exist.
    folder: String,
}

/// Manages a note in a file.
#[derive(Model)]
struct Note {
    /// Name of the note.
    #[tf(replace, check = Check::text(is_name))]
    name: String,
    /// Text of the note.
    #[tf(default = "")]
    text: String,
}

/// Reads a note.
#[derive(Model)]
struct Found {
    /// Name of the note.
    name: String,
    /// Text of the note.
    text: Computed<String>,
}

fn is_name(text: &str) -> Result<(), String> {
    if !text.is_empty() && text.bytes().all(|it| it.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(format!("{text:?} is not a name of lowercase letters. Set a name such as \"abc\"."))
}

fn failed(fault: io::Error) -> Diagnostics {
    Diagnostic::caused("The note cannot be accessed", fault).into()
}

/// The provider and everything that it offers. All clones share the configured folder.
#[derive(Clone, Default)]
struct Notes(Arc<OnceLock<PathBuf>>);

impl Notes {
    fn path(&self, name: &str) -> PathBuf {
        self.0.get().map(|folder| folder.join(name).with_extension("txt")).unwrap_or_default()
    }
}

#[async_trait]
impl Provider for Notes {
    fn block(&self) -> Block {
        Settings::block()
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        vec![Box::new(self.clone())]
    }

    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        vec![Box::new(self.clone())]
    }

    async fn configure(&self, config: Value, _terraform_version: &str) -> Diagnostics {
        self.0.get_or_init(|| config.get("folder").as_str().unwrap_or_default().into());
        Diagnostics::new()
    }
}

#[async_trait]
impl Resource for Notes {
    type Model = Note;

    fn name(&self) -> &'static str {
        "notes_note"
    }

    async fn create(&self, planned: Note, _: &Context) -> Result<Note, Diagnostics> {
        fs::write(self.path(&planned.name), &planned.text).map_err(failed)?;
        Ok(planned)
    }

    async fn read(&self, state: Note, _: &Context) -> Result<Option<Note>, Diagnostics> {
        match fs::read_to_string(self.path(&state.name)) {
            Ok(text) => Ok(Some(Note { text, ..state })),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(failed(fault)),
        }
    }

    async fn update(&self, _: Note, planned: Note, run: &Context) -> Result<Note, Diagnostics> {
        self.create(planned, run).await
    }

    async fn delete(&self, prior: Note, _: &Context) -> Result<(), Diagnostics> {
        match fs::remove_file(self.path(&prior.name)) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(failed(fault)),
            _ => Ok(()),
        }
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(vec![("name", id.into())])
    }
}

#[async_trait]
impl DataSource for Notes {
    type Model = Found;

    fn name(&self) -> &'static str {
        "notes_note"
    }

    async fn read(&self, mut config: Found, _: &Context) -> Result<Found, Diagnostics> {
        config.text = fs::read_to_string(self.path(&config.name)).map_err(failed)?.into();
        Ok(config)
    }
}

fn main() -> ExitCode {
    terraform_plugin::log::init("notes", &[]);
    let mut options = Options::new("terraform-provider-notes", "example/notes");
    options.debug = std::env::args().any(|argument| argument == "--debug");
    run(&options, |lifecycle| Service::new(Notes::default(), lifecycle))
}
