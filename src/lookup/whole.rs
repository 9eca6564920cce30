//! Data sources that show a resource of the provider, with the resource's own attributes and its
//! own reading of Azure's answer.

use super::which::{Group, Which};
use super::{ArmData, Seen, Target};
use crate::arm::{ArmResource, Beside, Home, Live};
use crate::tags::TagRules;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Mismatch;
use plugin::model::Model;
use plugin::path::Path;
use plugin::schema::{Attribute, Block, Described, Facts, Member, Nested, Nesting, Presence};
use plugin::ty::Type;
use plugin::value::Value;
use serde::de::Error as _;
use serde_json::Value as Json;
use std::marker::PhantomData;

/// A resource that a data source shows.
pub trait Shown: Send + Sync + 'static {
    /// The resource.
    type Of: ArmResource;
    /// What the data source is for.
    const ABOUT: &'static str;
    /// Attributes and blocks that say what to do, and so tell nothing of the object.
    const WISHES: &'static [&'static str];
    /// What is said of attributes whose own description speaks to who writes them.
    const WORDS: &'static [(&'static str, &'static str)];
    /// Whether its resource group must be given with a name.
    const GROUP: Group;
}

/// A data source with the attributes of a resource.
pub struct Whole<S> {
    which: Which,
    shown: Value,
    of: PhantomData<fn() -> S>,
}

/// What the resource's tags are with the provider's defaults: here simply its tags.
const ALL_TAGS: &str = "tags_all";

impl<S: Shown> Model for Whole<S> {
    fn block() -> Block {
        let mut block = Block::new(S::ABOUT);
        block.append(Which::block());
        let Block { attributes, blocks, .. } = S::Of::block();
        let attributes = attributes.into_iter().map(shown);
        for mut attribute in attributes.chain(blocks.iter().map(shown_block)) {
            let name = attribute.name();
            if let Some((_, words)) = S::WORDS.iter().find(|(known, _)| *known == name) {
                attribute.facts.description = words;
            }
            let known = block.attribute(name).is_some();
            if !known && name != ALL_TAGS && !S::WISHES.contains(&name) {
                block.push(Member::Attribute(attribute));
            }
        }
        block
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        Ok(Self { which: Which::decode(value)?, shown: Value::Null, of: PhantomData })
    }

    fn encode(&self) -> Value {
        let which = self.which.encode();
        let names = Self::block().attributes;
        Value::map(names.iter().map(Attribute::name).map(|name| {
            let own = which.as_map().and_then(|members| members.get(name));
            (name, own.unwrap_or(self.shown.get(name)).clone())
        }))
    }
}

impl<S: Shown> ArmData for Whole<S> {
    const NAME: &'static str = S::Of::NAME;
    const LABEL: &'static str = S::Of::KIND.label;

    fn api(_id: &ResourceId) -> &'static str {
        S::Of::KIND.api
    }

    fn target(&self, home: &Home) -> Result<Target, Diagnostic> {
        self.which.target(home, S::Of::KIND.ty)
    }

    fn named_by(&self) -> Path {
        self.which.named_by()
    }

    fn beside(id: &ResourceId, body: &Json) -> Vec<Beside> {
        beside::<S::Of>(id, body)
    }

    fn read(&mut self, seen: &Seen<'_>) -> serde_json::Result<()> {
        self.shown = read::<S::Of>(seen)?;
        self.which.locate(seen, S::Of::KIND.ty);
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        Which::validate(config, S::Of::KIND.ty, S::GROUP)
    }
}

/// What a resource reads along.
pub fn beside<R: ArmResource>(id: &ResourceId, body: &Json) -> Vec<Beside> {
    let body = serde_json::from_value::<R::Body>(body.clone());
    match (nothing::<R>(), body) {
        (Ok(model), Ok(body)) => model.beside(id, &body),
        // A body that cannot be read is told by the reading itself.
        _ => Vec::new(),
    }
}

/// A resource of which nothing is known.
fn nothing<R: ArmResource>() -> Result<R, Mismatch> {
    let block = R::block();
    R::decode(block.filled(&block.empty()))
}

/// The attributes of a resource, as after its import; all tags are its own.
///
/// # Errors
///
/// When the body is not of the form that the resource knows.
pub fn read<R: ArmResource>(seen: &Seen<'_>) -> serde_json::Result<Value> {
    let mut model = nothing::<R>().map_err(serde_json::Error::custom)?;
    model.id().set(seen.id.as_str().to_owned());
    model.locate(seen.id);
    model.read(&Live {
        id: seen.id.clone(),
        body: serde_json::from_value(seen.body.clone())?,
        beside: seen.beside.clone(),
        importing: true,
    });
    if let Some(tagged) = model.tagged() {
        tagged.read(seen.body, &TagRules::default());
    }
    Ok(model.encode())
}

/// An attribute that can only be read.
fn shown(attribute: Attribute) -> Attribute {
    Attribute {
        facts: Facts::new(attribute.facts.name, attribute.facts.description),
        presence: Presence::Computed,
        ..attribute
    }
}

/// A block as an attribute that can only be read.
fn shown_block(nested: &Nested) -> Attribute {
    let facts = Facts::new(nested.name(), nested.facts.description);
    let shown = Attribute::new(facts, type_of(nested), Presence::Computed);
    Attribute { members: described(&nested.block), ..shown }
}

fn type_of(nested: &Nested) -> Type {
    match nested.nesting {
        Nesting::Single => nested.block.ty(),
        Nesting::List => Type::list(nested.block.ty()),
        Nesting::Set => Type::set(nested.block.ty()),
    }
}

fn described(block: &Block) -> Vec<Described> {
    let attributes = block.attributes.iter().map(|it| Described {
        name: it.name(),
        description: it.facts.description,
        ty: it.ty.clone(),
        members: it.members.clone(),
    });
    let blocks = block.blocks.iter().map(|it| Described {
        name: it.name(),
        description: it.facts.description,
        ty: type_of(it),
        members: described(&it.block),
    });
    attributes.chain(blocks).collect()
}
