//! Models: structs that describe blocks. Each field declares an attribute or a block.

use crate::field::{Computed, Field, Mismatch};
use crate::path::Path;
use crate::schema::{Block, Facts, Member, Nested, Nesting};
use crate::ty::Type;
use crate::value::Value;

pub use terraform_plugin_derive::{Model, Object};

/// Content of a block. Derive this trait.
pub trait Model: Sized + Send + Sync + 'static {
    /// Returns the schema of the block.
    fn block() -> Block;

    /// Decodes a value of the schema.
    ///
    /// # Errors
    ///
    /// Returns an error if a member has another type, or is null where the type requires a value.
    fn decode(value: Value) -> Result<Self, Mismatch>;

    /// Encodes the value.
    fn encode(&self) -> Value;
}

/// A model with an attribute for the object's ID, which `#[tf(id)]` marks. Derive [`Model`].
pub trait Identified {
    /// Returns the attribute.
    fn id(&mut self) -> &mut Computed<String>;
}

/// Removes the member `name` from a block's value and decodes it. Derived models use this function.
///
/// # Errors
///
/// Returns the errors of [`Field::decode`] with the member's path.
pub fn take<T: Field>(value: &mut Value, name: &str) -> Result<T, Mismatch> {
    let member = match value {
        Value::Map(entries) => entries.remove(name).unwrap_or(Value::Null),
        _ => Value::Null,
    };
    T::decode(member).map_err(|fault| fault.within(&Path::of(name)))
}

/// Block type in a list, which may occur any number of times, or at most once with `max = 1`.
///
/// A reference has the form `x.block[0].attribute`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks<M>(pub Vec<M>);

impl<M> Blocks<M> {
    /// Returns the first block, for a type that occurs at most once.
    pub fn first(&self) -> Option<&M> {
        self.0.first()
    }

    /// Returns the first block for changes.
    pub fn first_mut(&mut self) -> Option<&mut M> {
        self.0.first_mut()
    }

    /// Returns the blocks in order.
    pub fn iter(&self) -> std::slice::Iter<'_, M> {
        self.0.iter()
    }
}

impl<M: Model> Field for Blocks<M> {
    fn ty() -> Type {
        Type::list(M::block().ty())
    }

    fn declare(facts: Facts) -> Member {
        Member::Block(Nested { facts, nesting: Nesting::List, block: M::block() })
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        blocks(value).map(Self)
    }

    fn encode(&self) -> Value {
        Value::List(self.0.iter().map(Model::encode).collect())
    }
}

/// Block type in a set, which may occur any number of times in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockSet<M>(pub Vec<M>);

impl<M: Model> Field for BlockSet<M> {
    fn ty() -> Type {
        Type::set(M::block().ty())
    }

    fn declare(facts: Facts) -> Member {
        Member::Block(Nested { facts, nesting: Nesting::Set, block: M::block() })
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        blocks(value).map(Self)
    }

    fn encode(&self) -> Value {
        Value::set(self.0.iter().map(Model::encode).collect())
    }
}

fn blocks<M: Model>(value: Value) -> Result<Vec<M>, Mismatch> {
    let elements = match value {
        Value::List(elements) => elements,
        Value::Null => Vec::new(),
        _ => return Err(Mismatch::expected("blocks")),
    };
    let decode = |(index, element)| {
        M::decode(element).map_err(|fault| fault.within(&Path::root().index(index)))
    };
    elements.into_iter().enumerate().map(decode).collect()
}

/// Block type that occurs at most once and is an object or null, such as `timeouts`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Single<M>(pub Option<M>);

impl<M: Model> Field for Single<M> {
    fn ty() -> Type {
        M::block().ty()
    }

    fn declare(facts: Facts) -> Member {
        Member::Block(Nested { facts, nesting: Nesting::Single, block: M::block() })
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(Self(None)),
            value => M::decode(value).map(|model| Self(Some(model))),
        }
    }

    fn encode(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, Model::encode)
    }
}
