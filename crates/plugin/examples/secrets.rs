//! Provider that hands secrets on without storing them in a plan or a state: an ephemeral resource,
//! a resource with a write-only attribute, and a function.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};
use terraform_plugin::prelude::*;

/// Opens a session, which is a file for the time of one run.
#[derive(Model)]
struct Session {
    /// Path of the folder for the session.
    folder: String,
    /// Token of the session.
    token: Computed<Secret<String>>,
}

/// Manages a file with a secret.
#[derive(Model)]
struct Seal {
    /// Path of the file.
    #[tf(replace)]
    path: String,
    /// Secret to write to the file.
    secret: WriteOnly<String>,
    /// Version of the secret. Change the version to write the secret again.
    version: i64,
}

fn failed(fault: io::Error) -> Diagnostics {
    Diagnostic::caused("The file cannot be accessed", fault).into()
}

/// Removes a file. A missing file is a success.
fn remove(path: &str) -> Result<(), Diagnostics> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(failed(fault)),
        _ => Ok(()),
    }
}

/// The provider and everything that it offers.
struct Secrets;

impl Provider for Secrets {
    fn block(&self) -> Block {
        Block::new("Hands secrets on without storing them.")
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        vec![Box::new(Self)]
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn AnyEphemeralResource>> {
        vec![Box::new(Self)]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(Self)]
    }
}

#[async_trait]
impl EphemeralResource for Secrets {
    type Model = Session;

    fn name(&self) -> &'static str {
        "secrets_session"
    }

    async fn open(&self, config: Session, run: &Context) -> Result<Opened<Session>, Diagnostics> {
        let token = format!("token-{}", std::process::id());
        let path = format!("{}/{token}.session", config.folder);
        fs::write(&path, "").map_err(failed)?;
        run.set_private("path", Some(path.into()));
        Ok(Session { token: Secret::new(token).into(), ..config }.into())
    }

    async fn close(&self, run: &Context) -> Result<(), Diagnostics> {
        let path = run.private("path").and_then(|path| Some(path.as_str()?.to_owned()));
        path.map_or(Ok(()), |path| remove(&path))
    }
}

#[async_trait]
impl Resource for Secrets {
    type Model = Seal;

    fn name(&self) -> &'static str {
        "secrets_seal"
    }

    async fn create(&self, planned: Seal, _: &Context) -> Result<Seal, Diagnostics> {
        let secret = planned.secret.get().map(String::as_str).unwrap_or_default();
        fs::write(&planned.path, secret).map_err(failed)?;
        Ok(planned)
    }

    async fn read(&self, state: Seal, _: &Context) -> Result<Option<Seal>, Diagnostics> {
        Ok(Path::new(&state.path).exists().then_some(state))
    }

    async fn update(&self, _: Seal, planned: Seal, run: &Context) -> Result<Seal, Diagnostics> {
        self.create(planned, run).await
    }

    async fn delete(&self, prior: Seal, _: &Context) -> Result<(), Diagnostics> {
        remove(&prior.path)
    }
}

impl Function for Secrets {
    fn signature(&self) -> Signature {
        let description = "Text to shorten.";
        Signature {
            name: "shown",
            summary: "Shortens a secret for a log",
            description: "Returns the first two letters of a text, followed by dots.",
            parameters: vec![Parameter { name: "text", ty: Type::String, description }],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        match text.get(..2) {
            Some(start) => Ok(format!("{start}…").into()),
            None => Err(FunctionError::argument(0, format!("{text:?} is too short"))),
        }
    }
}

fn main() -> ExitCode {
    terraform_plugin::log::init("secrets", &[]);
    let options = Options::new("terraform-provider-secrets", "example/secrets");
    run(&options, |lifecycle| Service::new(Secrets, lifecycle))
}
