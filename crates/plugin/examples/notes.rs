//! Provider that stores notes as files, with a resource, a write-only attribute, a data source, an
//! ephemeral resource, and a function. `README.md` describes how to run it.

use std::path::{Path, PathBuf};
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
#[derive(Model, Clone)]
struct Note {
    /// Path of the file.
    id: Computed<String>,
    /// Name of the note.
    #[tf(replace, check = Check::text(is_name))]
    name: String,
    /// Text of the note.
    #[tf(default = "")]
    text: String,
    /// Text that is written to a second file beside the note and stored nowhere else.
    seal: Option<WriteOnly<String>>,
    /// Version of the seal. Change the version to write the seal again.
    seal_version: Option<i64>,
}

/// Reads a note.
#[derive(Model)]
struct Found {
    /// Name of the note.
    name: String,
    /// Text of the note.
    text: Computed<String>,
}

/// Opens a session for one run.
#[derive(Model)]
struct Session {
    /// Token of the session.
    token: Computed<Secret<String>>,
}

fn is_name(text: &str) -> Result<(), String> {
    let good = !text.is_empty() && text.bytes().all(|it| it.is_ascii_lowercase());
    if good {
        Ok(())
    } else {
        Err(format!(
            "{text:?} is not a name of lowercase letters. Set a \
                                           name such as \"abc\"."
        ))
    }
}

fn failed(doing: &str) -> impl Fn(io::Error) -> Diagnostics {
    move |fault| Diagnostic::caused(format!("{doing} failed"), fault).into()
}

/// The provider and everything that it offers. All clones share the configured folder.
#[derive(Clone, Default)]
struct Notes(Arc<OnceLock<PathBuf>>);

impl Notes {
    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.0.get().map(|it| it.join(name).with_extension(extension)).unwrap_or_default()
    }

    fn write(&self, mut note: Note) -> Result<Note, Diagnostics> {
        let path = self.path(&note.name, "txt");
        fs::write(&path, &note.text).map_err(failed("Writing the note"))?;
        if let Some(seal) = note.seal.as_ref().and_then(WriteOnly::get) {
            let path = self.path(&note.name, "seal");
            fs::write(path, seal).map_err(failed("Writing the seal"))?;
        }
        note.id = path.display().to_string().into();
        Ok(note)
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

    fn ephemeral_resources(&self) -> Vec<Box<dyn AnyEphemeralResource>> {
        vec![Box::new(self.clone())]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
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
        self.write(planned)
    }

    async fn read(&self, state: Note, _: &Context) -> Result<Option<Note>, Diagnostics> {
        let path = self.path(&state.name, "txt");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Note { text, id: path.display().to_string().into(), ..state })),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(failed("Reading the note")(fault)),
        }
    }

    async fn update(&self, _: Note, planned: Note, _: &Context) -> Result<Note, Diagnostics> {
        self.write(planned)
    }

    async fn delete(&self, prior: Note, _: &Context) -> Result<(), Diagnostics> {
        for extension in ["txt", "seal"] {
            remove(&self.path(&prior.name, extension))?;
        }
        Ok(())
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(vec![("name", id.into())])
    }
}

/// Removes a file. A missing file is a success.
fn remove(path: &Path) -> Result<(), Diagnostics> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(failed("Removing")(fault)),
        _ => Ok(()),
    }
}

#[async_trait]
impl DataSource for Notes {
    type Model = Found;

    fn name(&self) -> &'static str {
        "notes_note"
    }

    async fn read(&self, mut config: Found, _: &Context) -> Result<Found, Diagnostics> {
        let path = self.path(&config.name, "txt");
        config.text = fs::read_to_string(path).map_err(failed("Reading the note"))?.into();
        Ok(config)
    }
}

#[async_trait]
impl EphemeralResource for Notes {
    type Model = Session;

    fn name(&self) -> &'static str {
        "notes_session"
    }

    async fn open(&self, _: Session, context: &Context) -> Result<Opened<Session>, Diagnostics> {
        let token = format!("token-{}", std::process::id());
        let path = self.path(&token, "session");
        fs::write(&path, "").map_err(failed("Opening the session"))?;
        context.set_private("path", Some(path.display().to_string().into()));
        Ok(Session { token: Secret::new(token).into() }.into())
    }

    async fn close(&self, context: &Context) -> Result<(), Diagnostics> {
        let path = context.private("path").and_then(|path| Some(path.as_str()?.to_owned()));
        path.map_or(Ok(()), |path| remove(Path::new(&path)))
    }
}

impl Function for Notes {
    fn signature(&self) -> Signature {
        let description = "Text with at least one letter.";
        Signature {
            name: "name_of",
            summary: "Converts a text to the name of a note",
            description: "Returns the letters of a text in lowercase.",
            parameters: vec![Parameter { name: "text", ty: Type::String, description }],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let letters = text.chars().filter(char::is_ascii_alphabetic);
        let name: String = letters.map(|it| it.to_ascii_lowercase()).collect();
        is_name(&name).map_err(|fault| FunctionError::argument(0, fault))?;
        Ok(name.into())
    }
}

fn main() -> ExitCode {
    terraform_plugin::log::init("notes", &[]);
    let mut options = Options::new("terraform-provider-notes", "example/notes");
    options.debug = std::env::args().any(|argument| argument == "--debug");
    run(&options, |lifecycle| Service::new(Notes::default(), lifecycle))
}
