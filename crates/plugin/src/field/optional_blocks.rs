//! Blocks that the service sets if the configuration does not.

use super::{Field, Mismatch};
use crate::model::Model;
use crate::schema::{Attribute, Block, Described, Facts, Member, Presence};
use crate::ty::Type;
use crate::value::Value;

/// Optional blocks that the service sets if the configuration does not. `None` until then.
///
/// Terraform has no such blocks, because an omitted block is absent. So this is an attribute with a
/// list of objects, which Terraform lets users write as blocks. A reference has the form
/// `x.block[0].attribute`. If the configuration writes a block, the state contains only the written
/// values, because Terraform refuses additions to a configured value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalBlocks<M>(pub Option<Vec<M>>);

impl<M> Default for OptionalBlocks<M> {
    fn default() -> Self {
        Self(None)
    }
}

impl<M> OptionalBlocks<M> {
    /// Returns the blocks in order.
    pub fn iter(&self) -> std::slice::Iter<'_, M> {
        self.0.as_deref().unwrap_or_default().iter()
    }
}

impl<M: Model> Field for OptionalBlocks<M> {
    const PRESENCE: Presence = Presence::OptionalComputed;

    fn ty() -> Type {
        Type::list(M::block().ty())
    }

    fn members() -> Vec<Described> {
        described(&M::block())
    }

    fn declare(facts: Facts) -> Member {
        let attribute = Attribute::new(facts, Self::ty(), Self::PRESENCE);
        let block = Some(Box::new(M::block()));
        Member::Attribute(Attribute { members: Self::members(), block, ..attribute })
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        let Value::List(elements) = value else { return Ok(Self(None)) };
        if elements.iter().any(Value::has_unknown) {
            return Ok(Self(None));
        }
        let block = M::block();
        let elements = elements.iter().map(|it| M::decode(block.filled(it)));
        elements.collect::<Result<_, _>>().map(|blocks| Self(Some(blocks)))
    }

    fn encode(&self) -> Value {
        let blocks = self.0.as_ref().map(|blocks| blocks.iter().map(Model::encode).collect());
        blocks.map_or(Value::Null, Value::List)
    }
}

/// Returns the descriptions of a block's attributes and blocks.
pub fn described(block: &Block) -> Vec<Described> {
    let attributes = block.attributes.iter().map(|it| Described {
        name: it.name(),
        description: it.facts.description,
        ty: it.ty.clone(),
        members: it.members.clone(),
    });
    let blocks = block.blocks.iter().map(|it| Described {
        name: it.name(),
        description: it.facts.description,
        ty: it.ty(),
        members: described(&it.block),
    });
    attributes.chain(blocks).collect()
}
