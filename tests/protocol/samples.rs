//! Configurations of everything that the provider serves. Each attribute gets the first value of
//! the examples that `Validate` accepts.

use crate::places::{self, put};
use crate::pool::{Pool, filled, import_id};
use crate::rules::at as at_path;
use crate::session::{Session, errors, path};
use crate::shape::{Attribute, Nested, Shape, Subject};
use plugin::path::Path;
use plugin::proto::tfplugin5 as wire;
use plugin::ty::Type;
use plugin::value::Value;
use tokio::sync::OnceCell;

/// Configurations of one subject.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    pub(crate) subject: Subject,
    /// Only required attributes and blocks. Valid.
    pub(crate) least: Value,
    /// As many attributes and blocks as can be combined. Valid.
    pub(crate) most: Value,
    /// Every attribute and block, including those that conflict.
    pub(crate) full: Value,
}

impl Samples {
    /// Returns every configuration with a name for messages.
    pub(crate) fn all(&self) -> [(&'static str, &Value); 3] {
        [("least", &self.least), ("most", &self.most), ("full", &self.full)]
    }
}

/// Returns the samples of everything that the provider serves, the provider's configuration first.
pub(crate) async fn all() -> &'static [Samples] {
    static ALL: OnceCell<Vec<Samples>> = OnceCell::const_new();
    ALL.get_or_init(make).await
}

/// Returns the samples of the resources.
pub(crate) async fn resources() -> impl Iterator<Item = &'static Samples> {
    all().await.iter().filter(|samples| samples.subject.is_resource())
}

async fn make() -> Vec<Samples> {
    let (session, pool) = (Session::start().await, Pool::read());
    let mut all = Vec::new();
    for subject in session.subjects().await {
        let sample = async |aim| {
            let config = subject.shape.empty();
            let (session, subject, pool) = (&session, &subject, &pool);
            Search { session, subject, pool, aim, config, faults: 0 }.run().await
        };
        let (least, most) = (sample(Aim::Least).await, sample(Aim::Most).await);
        let full = sample(Aim::Full).await;
        all.push(Samples { least, most, full, subject });
    }
    session.process.shut_down().await;
    all
}

/// When a search includes something optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// If it is needed.
    Least,
    /// If it causes no error.
    Most,
    /// Always.
    Full,
}

/// Number of values with the same error after which the error is not about the value.
const STUBBORN: usize = 12;

/// Returns `true` if a diagnostic is about the value at a path.
fn is_about(found: &wire::Diagnostic, place: &Path) -> bool {
    let at = found.attribute.as_ref().map(path).unwrap_or_default();
    at.steps().starts_with(place.steps())
}

/// A search for a valid configuration.
struct Search<'a> {
    session: &'a Session,
    subject: &'a Subject,
    pool: &'a Pool,
    aim: Aim,
    config: Value,
    faults: usize,
}

impl Search<'_> {
    async fn run(mut self) -> Value {
        let subject = self.subject;
        let mut open = vec![(&subject.shape, Path::root())];
        self.take(self.config.clone()).await;
        self.required(&subject.shape, &Path::root()).await;
        while let Some((shape, at)) = open.pop() {
            for attribute in shape.attributes.iter().filter(|it| it.settable && !it.required) {
                self.optional(attribute, &at).await;
            }
            for nested in &shape.blocks {
                if let Some(inside) = self.nested(nested, &at).await {
                    open.push((&nested.shape, inside));
                }
            }
        }
        places::normal(&self.config, &subject.ty)
    }

    /// Returns the errors of a configuration.
    async fn judge(&self, config: &Value) -> Vec<wire::Diagnostic> {
        let found = self.session.validate(self.subject, config).await;
        errors(&found).into_iter().cloned().collect()
    }

    fn with(&self, path: &Path, value: Value) -> Value {
        let mut config = self.config.clone();
        put(&mut config, path.steps(), value);
        config
    }

    async fn take(&mut self, config: Value) {
        self.faults = self.judge(&config).await.len();
        self.config = config;
    }

    /// Returns the configuration with the best value of an attribute: the first without an error,
    /// or the one with the fewest.
    async fn best(&self, attribute: &Attribute, path: &Path) -> (usize, Value) {
        let mut best: Option<(usize, Value)> = None;
        let (mut last, mut same) = (Vec::new(), 0);
        for value in self.pool.candidates(&attribute.name, &attribute.ty) {
            let config = self.with(path, value);
            let found = self.judge(&config).await;
            if found.len() <= self.faults && !found.iter().any(|it| is_about(it, path)) {
                return (found.len(), config);
            }
            if best.as_ref().is_none_or(|(fewest, _)| found.len() < *fewest) {
                best = Some((found.len(), config));
            }
            same = if found == last { same + 1 } else { 0 };
            if same == STUBBORN {
                break;
            }
            last = found;
        }
        best.expect("a candidate")
    }

    /// Sets the required attributes and blocks of a block.
    async fn required(&mut self, shape: &Shape, at: &Path) {
        let mut open = vec![(shape, at.clone())];
        while let Some((shape, at)) = open.pop() {
            for attribute in shape.attributes.iter().filter(|it| it.required) {
                let path = at.attribute(&attribute.name);
                (self.faults, self.config) = self.best(attribute, &path).await;
            }
            for nested in shape.blocks.iter().filter(|it| it.min > 0) {
                let (config, inside) = self.opened(nested, &at);
                self.take(config).await;
                open.push((&nested.shape, inside));
            }
        }
    }

    /// Returns `true` if the search needs no further value.
    fn is_enough(&self) -> bool {
        self.aim == Aim::Least && self.faults == 0
    }

    async fn optional(&mut self, attribute: &Attribute, at: &Path) {
        let path = at.attribute(&attribute.name);
        if self.is_enough() {
            return;
        }
        if self.aim == Aim::Full {
            let any = self.pool.candidates(&attribute.name, &attribute.ty).remove(0);
            self.config = self.with(&path, any);
            return;
        }
        let (faults, config) = self.best(attribute, &path).await;
        if self.is_welcome(faults, self.faults) {
            (self.faults, self.config) = (faults, config);
        }
    }

    /// Adds a block with its required attributes if that causes no error. Returns its path.
    async fn nested(&mut self, nested: &Nested, at: &Path) -> Option<Path> {
        let (opened, inside) = self.opened(nested, at);
        if at_path(&self.config, &inside).is_some_and(|it| !it.is_null()) {
            return Some(inside);
        }
        if self.is_enough() {
            return None;
        }
        let (before, faults) = (self.config.clone(), self.faults);
        self.take(opened).await;
        self.required(&nested.shape, &inside).await;
        if self.is_welcome(self.faults, faults) {
            return Some(inside);
        }
        (self.config, self.faults) = (before, faults);
        None
    }

    /// Returns the configuration with an empty block, and the path of the block.
    fn opened(&self, nested: &Nested, at: &Path) -> (Value, Path) {
        let (path, empty) = (at.attribute(&nested.name), nested.shape.empty());
        if nested.is_single() {
            return (self.with(&path, empty), path);
        }
        (self.with(&path, Value::List(vec![empty])), path.index(0))
    }

    fn is_welcome(&self, after: usize, before: usize) -> bool {
        match self.aim {
            Aim::Least => after < before,
            Aim::Most => after <= before,
            Aim::Full => true,
        }
    }
}

/// Computed values of a sample state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Empty collections.
    Empty,
    /// One element in each collection.
    Filled,
}

/// Returns the state that follows a plan, with sample values for computed attributes.
pub(crate) fn state_after(subject: &Subject, planned: &Value, choice: Choice) -> Value {
    let mut state = chosen(planned, &subject.ty, choice);
    if *planned.get("id") == Value::Unknown {
        state.set_entry("id", import_id(&subject.name).into());
    }
    state
}

fn chosen(value: &Value, ty: &Type, choice: Choice) -> Value {
    let inner = |value: &Value, ty: &Type| chosen(value, ty, choice);
    match (value, ty) {
        (Value::Unknown, Type::List(_) | Type::Set(_) | Type::Map(_))
            if choice == Choice::Empty =>
        {
            ty.zero()
        }
        (Value::Unknown, ty) => filled(ty, "computed", 7, true),
        (Value::List(list), Type::List(ty) | Type::Set(ty)) => {
            Value::List(list.iter().map(|it| inner(it, ty)).collect())
        }
        (Value::Map(map), Type::Map(ty)) => {
            Value::map(map.iter().map(|(key, it)| (key.as_str(), inner(it, ty))))
        }
        (Value::Map(map), Type::Object(types)) => {
            Value::map(types.iter().map(|(name, ty)| (name.as_str(), inner(&map[name], ty))))
        }
        (known, _) => known.clone(),
    }
}

#[tokio::test]
async fn everything_has_a_valid_sample() {
    let session = Session::start().await;
    for samples in all().await {
        for (size, config) in &samples.all()[..2] {
            let found = session.validate(&samples.subject, config).await;
            let errors = errors(&found);
            assert!(errors.is_empty(), "{} {size}: {errors:#?}", samples.subject.label());
        }
    }
}
