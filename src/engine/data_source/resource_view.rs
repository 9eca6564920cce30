//! Data sources that show a resource of the provider, with the resource's own attributes and its
//! own reading of Azure's answer.

use super::object_name::{ObjectName, ResourceGroupName};
use super::{ArmDataSource, ObjectAnswer, ObjectType};
use crate::assessment::reader::Reader;
use crate::client::decode::from_json;
use crate::config::defaults::Defaults;
use crate::config::tags::TagRules;
use crate::engine::related::Related;
use crate::engine::resource::{ArmResource, Live};
use azure::id::ResourceId;
use plugin::field::{Mismatch, described};
use plugin::prelude::*;
use plugin::schema::{Attribute, Facts, Member, Nested, Presence};
use serde::de::Error as _;
use serde_json::Value as Json;
use std::marker::PhantomData;

/// How a data source shows a resource.
pub trait View: Clone + Send + Sync + 'static {
    /// The resource.
    type Resource: ArmResource;
    /// What the data source is for.
    const DESCRIPTION: &'static str;
    /// Attributes and blocks that say what to do, and so tell nothing of the object.
    const OMITTED: &'static [&'static str];
    /// What is said of attributes whose own description speaks to who writes them.
    const DESCRIPTIONS: &'static [(&'static str, &'static str)];
    /// Whether its resource group must be given with a name.
    const RESOURCE_GROUP: ResourceGroupName;
}

/// A data source with the attributes of a resource.
#[derive(Clone)]
pub struct ResourceView<V> {
    name: ObjectName,
    attributes: Value,
    view: PhantomData<fn() -> V>,
}

/// What the resource's tags are with the provider's defaults: here simply its tags.
const ALL_TAGS: &str = "tags_all";

impl<V: View> Model for ResourceView<V> {
    fn block() -> Block {
        let mut block = Block::new(V::DESCRIPTION);
        block.append(ObjectName::block());
        let Block { attributes, blocks, .. } = V::Resource::block();
        let attributes = attributes.into_iter().map(shown);
        for mut attribute in attributes.chain(blocks.iter().map(shown_block)) {
            let name = attribute.name();
            if let Some((_, words)) = V::DESCRIPTIONS.iter().find(|(known, _)| *known == name) {
                attribute.facts.description = words;
            }
            let known = block.attribute(name).is_some();
            if !known && name != ALL_TAGS && !V::OMITTED.contains(&name) {
                block.push(Member::Attribute(attribute));
            }
        }
        block
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        Ok(Self { name: ObjectName::decode(value)?, attributes: Value::Null, view: PhantomData })
    }

    fn encode(&self) -> Value {
        let own = self.name.encode();
        let names = Self::block().attributes;
        Value::map(names.iter().map(Attribute::name).map(|name| {
            let own = own.as_map().and_then(|members| members.get(name));
            (name, own.unwrap_or(self.attributes.get(name)).clone())
        }))
    }
}

impl<V: View> ArmDataSource for ResourceView<V> {
    const NAME: &'static str = V::Resource::NAME;

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let ty = ObjectType::of(V::Resource::TYPE);
        let object = self.name.read(ty, reader, defaults, related::<V::Resource>)?;
        let attributes = read::<V::Resource>(&object);
        self.attributes = attributes.map_err(|fault| ty.unreadable(&fault))?;
        self.name.locate(&object, ty.name);
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        ObjectName::validate(config, V::Resource::TYPE.name, V::RESOURCE_GROUP)
    }
}

/// What a resource reads along.
pub fn related<R: ArmResource>(id: &ResourceId, body: &Json) -> Vec<Related> {
    let body = from_json::<R::Body>(body);
    match (nothing::<R>(), body) {
        (Ok(model), Ok(body)) => model.related(id, &body),
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
pub fn read<R: ArmResource>(object: &ObjectAnswer<'_>) -> serde_json::Result<Value> {
    let mut model = nothing::<R>().map_err(serde_json::Error::custom)?;
    model.id().set(object.id.as_str().to_owned());
    model.locate(&object.id);
    model.read(&Live {
        id: object.id.clone(),
        body: from_json(object.body)?,
        related: object.related.clone(),
        importing: true,
    })?;
    if let Some(tagged) = model.tagged() {
        tagged.read(object.body, &TagRules::default());
    }
    Ok(model.encode())
}

/// An attribute that can only be read.
pub(super) fn shown(attribute: Attribute) -> Attribute {
    Attribute {
        facts: Facts::new(attribute.facts.name, attribute.facts.description),
        presence: Presence::Computed,
        block: None,
        ..attribute
    }
}

/// A block as an attribute that can only be read.
pub(super) fn shown_block(nested: &Nested) -> Attribute {
    let facts = Facts::new(nested.name(), nested.facts.description);
    let shown = Attribute::new(facts, nested.ty(), Presence::Computed);
    Attribute { members: described(&nested.block), ..shown }
}
