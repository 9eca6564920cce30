//! Everything that the provider serves, from its schemas on the wire: the only source of these
//! tests.

use plugin::path::{Path, Step};
use plugin::proto::tfplugin5 as wire;
use plugin::ty::Type;
use plugin::value::Value;
use wire::schema::nested_block::NestingMode;

/// The attributes and block types of a block.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Nested>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    pub(crate) computed: bool,
    /// `true` if the configuration may set it.
    pub(crate) settable: bool,
    /// `true` if plans and states never have it.
    pub(crate) write_only: bool,
}

/// One block type.
#[derive(Clone, Debug)]
pub(crate) struct Nested {
    pub(crate) name: String,
    pub(crate) nesting: NestingMode,
    pub(crate) min: i64,
    pub(crate) shape: Shape,
}

impl Shape {
    /// Decodes a block.
    pub(crate) fn of(block: &wire::schema::Block) -> Self {
        let attribute = |it: &wire::schema::Attribute| Attribute {
            name: it.name.clone(),
            ty: Type::from_json(&serde_json::from_slice(&it.r#type).unwrap()).unwrap(),
            required: it.required,
            computed: it.computed,
            settable: it.required || it.optional,
            write_only: it.write_only,
        };
        let nested = |it: &wire::schema::NestedBlock| Nested {
            name: it.type_name.clone(),
            nesting: it.nesting(),
            min: it.min_items,
            shape: Self::of(it.block.as_ref().unwrap()),
        };
        Self {
            attributes: block.attributes.iter().map(attribute).collect(),
            blocks: block.block_types.iter().map(nested).collect(),
        }
    }

    /// Returns `true` if a path leads to a required attribute or block.
    pub(crate) fn requires(&self, path: &Path) -> bool {
        let names = path.steps().iter().filter_map(|step| match step {
            Step::Attribute(name) => Some(name.as_str()),
            _ => None,
        });
        let mut shape = self;
        for name in names {
            match shape.blocks.iter().find(|it| it.name == name) {
                Some(nested) => shape = &nested.shape,
                None => return shape.attributes.iter().any(|it| it.name == name && it.required),
            }
        }
        false
    }

    /// Type of its values.
    pub(crate) fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|it| (it.name.as_str(), it.ty.clone()));
        Type::object(attributes.chain(self.blocks.iter().map(|it| (it.name.as_str(), it.ty()))))
    }

    /// Returns the value in which nothing is set.
    pub(crate) fn empty(&self) -> Value {
        let attributes = self.attributes.iter().map(|it| (it.name.as_str(), Value::Null));
        Value::map(attributes.chain(self.blocks.iter().map(|it| (it.name.as_str(), it.absent()))))
    }

    /// Returns the value with every attribute unknown, as in a dynamic block of unknown length.
    pub(crate) fn unknown(&self) -> Value {
        let attributes = self.attributes.iter().map(|it| (it.name.as_str(), Value::Unknown));
        Value::map(attributes.chain(self.blocks.iter().map(|it| (it.name.as_str(), it.unknown()))))
    }
}

impl Nested {
    /// Returns `true` if it is one object and not a collection.
    pub(crate) fn is_single(&self) -> bool {
        matches!(self.nesting, NestingMode::Single | NestingMode::Group)
    }

    /// Returns the value without such a block.
    pub(crate) fn absent(&self) -> Value {
        match self.nesting {
            NestingMode::List | NestingMode::Set => Value::List(Vec::new()),
            NestingMode::Single => Value::Null,
            other => panic!("{}: no values of nesting {other:?} are known here", self.name),
        }
    }

    /// Returns the value of an unknown number of blocks.
    pub(crate) fn unknown(&self) -> Value {
        if self.is_single() { self.shape.unknown() } else { Value::Unknown }
    }

    fn ty(&self) -> Type {
        match self.nesting {
            NestingMode::List => Type::list(self.shape.ty()),
            NestingMode::Set => Type::set(self.shape.ty()),
            _ => self.shape.ty(),
        }
    }
}

/// Kinds of configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Provider,
    Resource,
    DataSource,
    List,
    Action,
}

/// The provider, a resource, or a data source.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) version: i64,
    pub(crate) shape: Shape,
    /// Type of its values.
    pub(crate) ty: Type,
}

impl Subject {
    /// Returns everything that has a configuration, the provider first.
    pub(crate) fn all(schemas: &wire::get_provider_schema::Response) -> Vec<Self> {
        let subject = |kind, name: &str, schema: &wire::Schema| {
            let shape = Shape::of(schema.block.as_ref().unwrap());
            let (name, ty) = (name.to_owned(), shape.ty());
            Self { kind, name, version: schema.version, shape, ty }
        };
        let provider = schemas.provider.as_ref().unwrap();
        let mut all = vec![subject(Kind::Provider, "provider", provider)];
        let resources = schemas.resource_schemas.iter();
        all.extend(resources.map(|(name, schema)| subject(Kind::Resource, name, schema)));
        let data = schemas.data_source_schemas.iter();
        all.extend(data.map(|(name, schema)| subject(Kind::DataSource, name, schema)));
        let lists = schemas.list_resource_schemas.iter();
        all.extend(lists.map(|(name, schema)| subject(Kind::List, name, schema)));
        for (name, action) in &schemas.action_schemas {
            all.push(subject(Kind::Action, name, action.schema.as_ref().unwrap()));
        }
        all[1..].sort_by(|left, right| left.name.cmp(&right.name));
        all
    }

    pub(crate) fn is_data_source(&self) -> bool {
        self.kind == Kind::DataSource
    }

    pub(crate) fn is_list(&self) -> bool {
        self.kind == Kind::List
    }

    pub(crate) fn is_action(&self) -> bool {
        self.kind == Kind::Action
    }

    pub(crate) fn is_resource(&self) -> bool {
        self.kind == Kind::Resource
    }

    /// Returns `true` if it has an attribute of this name.
    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.shape.attributes.iter().any(|it| it.name == attribute)
    }

    /// Returns its name in messages.
    pub(crate) fn label(&self) -> String {
        match self.kind {
            Kind::DataSource => format!("data.{}", self.name),
            Kind::List => format!("list.{}", self.name),
            Kind::Action => format!("action.{}", self.name),
            Kind::Provider | Kind::Resource => self.name.clone(),
        }
    }
}
