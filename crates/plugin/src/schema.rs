//! Schemas of resources, data sources, and the provider.

use crate::proto::tfplugin5 as wire;
use crate::same;
use crate::ty::Type;
use crate::value::Value;
use std::sync::Arc;
use wire::schema::nested_block::NestingMode;

/// Check of a value. Returns what is wrong and what is allowed.
///
/// Receives only known values that are not null. A check of a collection receives the whole
/// collection.
#[derive(Clone)]
pub struct Check(Arc<Rule>);

type Rule = dyn Fn(&Value) -> Result<(), String> + Send + Sync;

impl Check {
    /// Creates a check from a function over values.
    pub fn new(rule: impl Fn(&Value) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// Creates a check of a text.
    pub fn text(rule: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self::new(move |value| value.as_str().map_or(Ok(()), &rule))
    }

    /// Applies the check to each element of a list, set, or map.
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

    /// Applies the check.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with the value and what is allowed.
    pub fn run(&self, value: &Value) -> Result<(), String> {
        (self.0)(value)
    }
}

impl std::fmt::Debug for Check {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Check")
    }
}

/// Returns `true` if the service treats two values as equal.
pub type Same = fn(&Value, &Value) -> bool;

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration must set it.
    Required,
    /// The configuration may set it.
    Optional,
    /// The configuration may set it. Otherwise the service does.
    OptionalComputed,
    /// The service sets it.
    Computed,
}

/// When an update makes a computed value unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recomputed {
    /// Never: the value keeps its prior value.
    Never,
    /// With any change.
    Always,
    /// With a change of one of these top-level attributes or blocks.
    With(&'static [&'static str]),
}

/// Facts about a field beside its Rust type.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Name in the configuration.
    pub name: &'static str,
    /// Description in Markdown.
    pub description: &'static str,
    /// If `true`, a change replaces the resource.
    pub replace: bool,
    /// Value if the configuration sets none.
    pub default: Option<Value>,
    /// Checks of a known value.
    pub checks: Vec<Check>,
    /// Function that returns `true` for equal spellings.
    pub same: Option<Same>,
    /// Attribute that identifies the blocks of a list whose order has no meaning.
    pub key: Option<&'static str>,
    /// When an update makes a computed value unknown.
    pub recomputed: Recomputed,
    /// If `true`, an update writes the attribute only if the configuration sets it.
    pub write_if_set: bool,
    /// Why the attribute is deprecated, and its replacement.
    pub deprecated: Option<&'static str>,
    /// If `true`, the block has no effect, and the documentation omits its content.
    pub ignored: bool,
    /// Minimum number of blocks.
    pub min: i64,
    /// Maximum number of blocks. 0 means no limit.
    pub max: i64,
}

impl Facts {
    /// Creates facts with a name and a description.
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

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Facts that were declared beside the type.
    pub facts: Facts,
    /// Type of the attribute.
    pub ty: Type,
    /// Who sets the attribute.
    pub presence: Presence,
    /// If `true`, Terraform hides the value.
    pub sensitive: bool,
    /// If `true`, the value is passed only with the configuration and never stored.
    pub write_only: bool,
    /// Descriptions of the attributes of an object or of the objects in a collection.
    pub members: Vec<Described>,
    /// Block of the objects, if users write them as blocks.
    pub block: Option<Box<Block>>,
}

/// Description of an object's attribute for the documentation.
#[derive(Clone, Debug)]
pub struct Described {
    /// Name of the attribute.
    pub name: &'static str,
    /// Description in Markdown.
    pub description: &'static str,
    /// Type of the attribute.
    pub ty: Type,
    /// Descriptions of its own attributes.
    pub members: Vec<Described>,
}

impl Attribute {
    /// Creates an attribute that is neither sensitive nor write-only.
    pub fn new(facts: Facts, ty: Type, presence: Presence) -> Self {
        let (sensitive, write_only, members) = (false, false, Vec::new());
        Self { facts, ty, presence, sensitive, write_only, members, block: None }
    }

    /// Returns the name of the attribute.
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// Returns `true` if the service may set the attribute.
    pub fn is_computed(&self) -> bool {
        matches!(self.presence, Presence::Computed | Presence::OptionalComputed)
    }

    /// Returns `true` if two values are equal.
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

/// Number of occurrences and form of a block's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most one block: an object or null.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
}

/// Block type inside a block.
#[derive(Clone, Debug)]
pub struct Nested {
    /// Facts that were declared beside the type.
    pub facts: Facts,
    /// Number of occurrences and form of the value.
    pub nesting: Nesting,
    /// Content of the block.
    pub block: Block,
}

impl Nested {
    /// Returns the name of the block type.
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// Returns the value if the configuration has no such block.
    pub fn absent(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::List | Nesting::Set => Value::List(Vec::new()),
        }
    }

    /// Returns the type of the value.
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

/// Member of a block.
#[derive(Clone, Debug)]
pub enum Member {
    /// An attribute.
    Attribute(Attribute),
    /// A block type.
    Block(Nested),
}

/// Attributes and block types of a block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Description in Markdown.
    pub description: &'static str,
    /// Attributes in the order of their declaration.
    pub attributes: Vec<Attribute>,
    /// Block types in the order of their declaration.
    pub blocks: Vec<Nested>,
    /// Names of its attributes and block types, as declared.
    pub order: Vec<&'static str>,
}

impl Block {
    /// Creates an empty block.
    pub fn new(description: &'static str) -> Self {
        Self { description, ..Self::default() }
    }

    /// Adds a member.
    pub fn push(&mut self, member: Member) {
        let (Member::Attribute(Attribute { facts, .. }) | Member::Block(Nested { facts, .. })) =
            &member;
        self.order.push(facts.name);
        match member {
            Member::Attribute(attribute) => self.attributes.push(attribute),
            Member::Block(nested) => self.blocks.push(nested),
        }
    }

    /// Adds the members of another block.
    pub fn append(&mut self, other: Block) {
        self.order.extend(other.order);
        self.attributes.extend(other.attributes);
        self.blocks.extend(other.blocks);
    }

    /// Returns the attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name() == name)
    }

    /// Returns the block type with this name.
    pub fn nested(&self, name: &str) -> Option<&Nested> {
        self.blocks.iter().find(|nested| nested.name() == name)
    }

    /// Returns the type of the block's values.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|it| (it.name(), it.ty.clone()));
        Type::object(attributes.chain(self.blocks.iter().map(|it| (it.name(), it.ty()))))
    }

    /// Returns `true` if a state lacks a required attribute, so that only its ID is known.
    pub fn is_bare(&self, state: &Value) -> bool {
        let required = |it: &&Attribute| it.presence == Presence::Required && !it.write_only;
        self.attributes.iter().filter(required).any(|it| state.get(it.name()).is_null())
    }

    /// Replaces each null that a model does not accept by the default or by zero, for a state that
    /// contains only an ID.
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
                Value::List(all) => Value::List(all.iter().map(|v| it.block.filled(v)).collect()),
                single @ Value::Map(_) => it.block.filled(single),
                other => other.clone(),
            };
            (it.name(), filled)
        });
        Value::map(attributes.chain(blocks))
    }

    /// Returns the value without any set member.
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

/// Block with the version of its stored form.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Version of the stored form. Raise it if stored state needs an upgrade.
    pub version: i64,
    /// Content of the block.
    pub block: Block,
}

impl Schema {
    pub(crate) fn to_wire(&self) -> wire::Schema {
        wire::Schema { version: self.version, block: Some(self.block.to_wire()) }
    }
}
