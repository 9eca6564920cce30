//! What a resource, a data source or the provider's block looks like: the facts from which
//! planning, decoding, diagnostics and the documentation are made.

use crate::proto::tfplugin5 as wire;
use crate::same;
use crate::ty::Type;
use crate::value::Value;
use std::sync::Arc;
use wire::schema::nested_block::NestingMode;

/// A rule for one value: says what is wrong with it and what would be right.
///
/// It only ever sees known, non-null values (of a collection: as a whole).
#[derive(Clone)]
pub struct Check(Arc<Rule>);

type Rule = dyn Fn(&Value) -> Result<(), String> + Send + Sync;

impl Check {
    /// A rule from a function over values.
    pub fn new(rule: impl Fn(&Value) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// A rule for a text.
    pub fn text(rule: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self::new(move |value| value.as_str().map_or(Ok(()), &rule))
    }

    /// The same rule for every element of a list, set or map.
    #[must_use]
    pub fn each(self) -> Self {
        Self::new(move |value| {
            let elements: Vec<&Value> = match value {
                Value::List(elements) => elements.iter().collect(),
                Value::Map(entries) => entries.values().collect(),
                _ => Vec::new(),
            };
            let known = |element: &&Value| !element.is_null() && !element.has_unknown();
            elements.into_iter().filter(known).try_for_each(|element| self.run(element))
        })
    }

    /// Applies the rule.
    ///
    /// # Errors
    ///
    /// What is wrong with the value, and what would be right.
    pub fn run(&self, value: &Value) -> Result<(), String> {
        (self.0)(value)
    }
}

impl std::fmt::Debug for Check {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Check")
    }
}

/// Whether two values mean the same to the service, however they are spelt.
pub type Same = fn(&Value, &Value) -> bool;

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration must.
    Required,
    /// The configuration may.
    Optional,
    /// The configuration may; else the service chooses.
    OptionalComputed,
    /// The service.
    Computed,
}

/// When a computed value stops being what it was before an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recomputed {
    /// Never: it keeps its prior value.
    Never,
    /// Whenever anything changes.
    Always,
    /// When one of these top-level attributes or blocks changes.
    With(&'static [&'static str]),
}

/// What is said of a field beside its Rust type.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Name in the configuration.
    pub name: &'static str,
    /// One or more sentences of Markdown.
    pub description: &'static str,
    /// Whether a change needs a new object.
    pub replace: bool,
    /// Value when the configuration gives none.
    pub default: Option<Value>,
    /// Rules for a known value.
    pub checks: Vec<Check>,
    /// Spellings that mean the same.
    pub same: Option<Same>,
    /// The attribute that tells the blocks of a list from each other, whose order means nothing.
    pub key: Option<&'static str>,
    /// When a computed value changes.
    pub recomputed: Recomputed,
    /// Whether an update that does not set it leaves it alone, instead of writing what was read
    /// last: others may have changed it since.
    pub write_if_set: bool,
    /// Why it should no longer be used, and what instead.
    pub deprecated: Option<&'static str>,
    /// Whether it is a block that is accepted and does nothing, whose content the documentation
    /// leaves out.
    pub ignored: bool,
    /// Fewest elements, of a block.
    pub min: i64,
    /// Most elements, of a block; 0 is no limit.
    pub max: i64,
}

impl Facts {
    /// Nothing but a name and a description.
    pub fn new(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            replace: false,
            default: None,
            checks: Vec::new(),
            same: None,
            key: None,
            recomputed: Recomputed::Never,
            write_if_set: false,
            deprecated: None,
            ignored: false,
            min: 0,
            max: 0,
        }
    }
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// What was declared beside the type.
    pub facts: Facts,
    /// Its type.
    pub ty: Type,
    /// Who sets it.
    pub presence: Presence,
    /// Whether Terraform hides its value.
    pub sensitive: bool,
    /// Whether its value is never kept: it comes with the configuration alone.
    pub write_only: bool,
    /// What is said of its own attributes, of an object or of a collection of objects.
    pub members: Vec<Described>,
    /// What its objects hold, where people write them as blocks.
    pub block: Option<Box<Block>>,
}

/// An attribute of an object, as the documentation describes it.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its name.
    pub name: &'static str,
    /// One or more sentences of Markdown.
    pub description: &'static str,
    /// Its type.
    pub ty: Type,
    /// What is said of its own attributes.
    pub members: Vec<Described>,
}

impl Attribute {
    /// An attribute whose value is shown and kept.
    pub fn new(facts: Facts, ty: Type, presence: Presence) -> Self {
        let (sensitive, write_only, members) = (false, false, Vec::new());
        Self { facts, ty, presence, sensitive, write_only, members, block: None }
    }

    /// The attribute's name.
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// Whether the service may set it.
    pub fn is_computed(&self) -> bool {
        matches!(self.presence, Presence::Computed | Presence::OptionalComputed)
    }

    /// Whether two of its values mean the same.
    pub fn same(&self, left: &Value, right: &Value) -> bool {
        left == right
            || self.facts.same.is_some_and(|same| same(left, right))
            || self.block.as_ref().is_some_and(|block| same::blocks(block, left, right))
    }

    fn to_wire(&self) -> wire::schema::Attribute {
        wire::schema::Attribute {
            name: self.facts.name.to_owned(),
            r#type: self.ty.to_bytes(),
            description: self.facts.description.to_owned(),
            required: self.presence == Presence::Required,
            optional: matches!(self.presence, Presence::Optional | Presence::OptionalComputed),
            computed: self.is_computed(),
            sensitive: self.sensitive,
            description_kind: wire::StringKind::Markdown.into(),
            deprecated: self.facts.deprecated.is_some(),
            write_only: self.write_only,
            deprecation_message: self.facts.deprecated.unwrap_or_default().to_owned(),
        }
    }
}

/// How often a block occurs, and how it is written as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once; an object or null.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
}

/// A block type inside a block.
#[derive(Clone, Debug)]
pub struct Nested {
    /// What was declared beside the type.
    pub facts: Facts,
    /// How often it occurs.
    pub nesting: Nesting,
    /// What it holds.
    pub block: Block,
}

impl Nested {
    /// The block type's name.
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// The value when the configuration has no such block.
    pub fn absent(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::List | Nesting::Set => Value::List(Vec::new()),
        }
    }

    /// The type of its value.
    pub fn ty(&self) -> Type {
        match self.nesting {
            Nesting::Single => self.block.ty(),
            Nesting::List => Type::list(self.block.ty()),
            Nesting::Set => Type::set(self.block.ty()),
        }
    }

    fn to_wire(&self) -> wire::schema::NestedBlock {
        let nesting = match self.nesting {
            Nesting::Single => NestingMode::Single,
            Nesting::List => NestingMode::List,
            Nesting::Set => NestingMode::Set,
        };
        wire::schema::NestedBlock {
            type_name: self.facts.name.to_owned(),
            block: Some(wire::schema::Block {
                description: self.facts.description.to_owned(),
                ..self.block.to_wire()
            }),
            nesting: nesting.into(),
            min_items: self.facts.min,
            max_items: self.facts.max,
        }
    }
}

/// One member of a block.
#[derive(Clone, Debug)]
pub enum Member {
    /// An attribute.
    Attribute(Attribute),
    /// A block type.
    Block(Nested),
}

/// The attributes and block types of a block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// One or more sentences of Markdown.
    pub description: &'static str,
    /// Its attributes, as declared.
    pub attributes: Vec<Attribute>,
    /// Its block types, as declared.
    pub blocks: Vec<Nested>,
}

impl Block {
    /// An empty block.
    pub fn new(description: &'static str) -> Self {
        Self { description, ..Self::default() }
    }

    /// Adds a member.
    pub fn push(&mut self, member: Member) {
        match member {
            Member::Attribute(attribute) => self.attributes.push(attribute),
            Member::Block(nested) => self.blocks.push(nested),
        }
    }

    /// Adds the members of another block, as if they were its own.
    pub fn append(&mut self, other: Block) {
        self.attributes.extend(other.attributes);
        self.blocks.extend(other.blocks);
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name() == name)
    }

    /// The block type of that name.
    pub fn nested(&self, name: &str) -> Option<&Nested> {
        self.blocks.iter().find(|nested| nested.name() == name)
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|it| (it.name(), it.ty.clone()));
        Type::object(attributes.chain(self.blocks.iter().map(|it| (it.name(), it.ty()))))
    }

    /// Whether a state lacks what every object has: nothing but its ID is known yet.
    pub fn is_bare(&self, state: &Value) -> bool {
        let required = |it: &&Attribute| it.presence == Presence::Required && !it.write_only;
        self.attributes.iter().filter(required).any(|it| state.get(it.name()).is_null())
    }

    /// A state with something in place of each null that a model cannot hold: the default, or
    /// zero. For reading what an import knows only the ID of.
    pub fn filled(&self, state: &Value) -> Value {
        let attributes = self.attributes.iter().map(|it| {
            let value = state.get(it.name());
            let needed = it.presence == Presence::Required || it.facts.default.is_some();
            let filled = match (&it.facts.default, value) {
                (Some(default), Value::Null) => default.clone(),
                (None, Value::Null) if needed && !it.write_only => it.ty.zero(),
                (_, value) => value.clone(),
            };
            (it.name(), filled)
        });
        let blocks = self.blocks.iter().map(|it| {
            let filled = match state.get(it.name()) {
                Value::List(elements) => {
                    Value::List(elements.iter().map(|element| it.block.filled(element)).collect())
                }
                single @ Value::Map(_) => it.block.filled(single),
                other => other.clone(),
            };
            (it.name(), filled)
        });
        Value::map(attributes.chain(blocks))
    }

    /// The value in which nothing is set.
    pub fn empty(&self) -> Value {
        let attributes = self.attributes.iter().map(|it| (it.name(), Value::Null));
        Value::map(attributes.chain(self.blocks.iter().map(|it| (it.name(), it.absent()))))
    }

    fn to_wire(&self) -> wire::schema::Block {
        wire::schema::Block {
            version: 0,
            attributes: self.attributes.iter().map(Attribute::to_wire).collect(),
            block_types: self.blocks.iter().map(Nested::to_wire).collect(),
            description: self.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
            deprecated: false,
            deprecation_message: String::new(),
        }
    }
}

/// A block with the version of its stored form.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Version of the stored form; raised when stored state needs an upgrade.
    pub version: i64,
    /// The block.
    pub block: Block,
}

impl Schema {
    pub(crate) fn to_wire(&self) -> wire::Schema {
        wire::Schema { version: self.version, block: Some(self.block.to_wire()) }
    }
}
