//! Identities of resources, as `import` blocks and list results spell them.
//!
//! They follow azurerm: the subscription, the resource group, the names of the parents, and the
//! name of the object. An object without an ID of its own is identified by the IDs that form its
//! ID.

use crate::config::defaults::Defaults;
use crate::engine::scope::no_subscription;
use azure::id::ResourceId;
use plugin::identity::{Identity, Part};
use plugin::prelude::*;

/// Identity schema of a resource.
#[derive(Clone, Copy, Debug)]
pub enum IdentitySchema {
    /// Parts of an ID of this type.
    OfId(&'static str),
    /// ID of the parent and name of the object. The last segment of this type separates them in the
    /// ID.
    InParent(&'static str),
    /// Texts that form the ID.
    Joined {
        /// Name and description of the attribute of each text.
        parts: &'static [(&'static str, &'static str)],
        /// Separator between the texts.
        by: &'static str,
    },
    /// ID of the parent, for an object that is the only one in its parent. If the object has an ID
    /// of its own, that ID ends in this text.
    OnlyIn(&'static str),
}

impl IdentitySchema {
    /// Returns the identity. The provider's configuration supplies the parts that an identity
    /// omits.
    pub fn at(self, defaults: &Defaults) -> Box<dyn Identity> {
        match self {
            Self::OfId(ty) => {
                Box::new(Parts { ty, subscription: defaults.subscription_id.clone() })
            }
            Self::InParent(ty) => Box::new(InParent::of(ty)),
            Self::Joined { parts, by } => Box::new(Joined { parts, by: by.to_owned() }),
            Self::OnlyIn(end) => Box::new(OnlyIn { end }),
        }
    }
}

/// Identity that consists of the parts of an ID.
struct Parts {
    ty: &'static str,
    /// Default subscription.
    subscription: Option<String>,
}

/// Returns an ARM type segment in the singular and in snake case: `privateDnsZones` becomes
/// `private_dns_zone`.
fn singular(word: &str) -> String {
    let mut text = String::new();
    for letter in word.strip_suffix('s').unwrap_or(word).chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

impl Parts {
    /// Returns the segments of the type, outermost first.
    fn types(&self) -> impl Iterator<Item = &'static str> {
        self.ty.split('/').skip(1)
    }
}

impl Identity for Parts {
    fn parts(&self) -> Vec<Part> {
        let part = |name: &str, description: &str, optional| Part {
            name: name.to_owned(),
            description: description.to_owned(),
            optional,
        };
        let subscription = "GUID of the subscription. Defaults to the provider's \
                            `subscription_id`.";
        let mut parts = vec![
            part("subscription_id", subscription, true),
            part("resource_group_name", "Name of the resource group.", false),
        ];
        let types: Vec<_> = self.types().map(singular).collect();
        let outer = types.iter().take(types.len().saturating_sub(1));
        parts.extend(outer.map(|ty| {
            let words = ty.replace('_', " ").replace("dns", "DNS");
            part(&format!("{ty}_name"), &format!("Name of the {words}."), false)
        }));
        parts.push(part("name", "Name of the resource.", false));
        parts
    }

    fn read(&self, id: &str) -> Option<Vec<String>> {
        let id = ResourceId::parse(id).ok().filter(|id| id.is_type(self.ty))?;
        let names = id.names().into_iter().map(|(_, name)| name);
        let place = [id.subscription(), id.resource_group()?];
        Some(place.into_iter().chain(names).map(str::to_owned).collect())
    }

    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics> {
        let [subscription, group, names @ ..] = values else {
            return Err(unusable("parts are missing").into());
        };
        let subscription = subscription.or(self.subscription.as_deref());
        let subscription = subscription.ok_or_else(no_subscription)?;
        let provider = self.ty.split('/').next().unwrap_or_default();
        let group = ResourceId::group(subscription, group.unwrap_or_default());
        let mut text = format!("{group}/providers/{provider}");
        for (ty, name) in self.types().zip(names) {
            text.push_str(&format!("/{ty}/{}", name.unwrap_or_default()));
        }
        // A name with a slash would change the path.
        match ResourceId::parse(&text) {
            Ok(id) if id.is_type(self.ty) => Ok(text),
            Ok(_) => Err(unusable("a name contains a slash").into()),
            Err(fault) => Err(unusable(&fault.to_string()).into()),
        }
    }
}

/// Returns the error that an identity does not form a resource ID.
fn unusable(why: &str) -> Diagnostic {
    let detail = format!(
        "The parts of the identity do not form a resource ID: {why}. Correct \
                          the parts of the identity."
    );
    Diagnostic::error("The identity is not valid", detail).at(Path::root())
}

/// Attributes of the identity of a child resource.
const IN_PARENT: &[(&str, &str)] =
    &[("parent_id", "ID of the parent resource."), ("name", "Name of the resource.")];

/// Identity of texts that form an ID.
struct Joined {
    parts: &'static [(&'static str, &'static str)],
    by: String,
}

impl Identity for Joined {
    fn parts(&self) -> Vec<Part> {
        let part = |(name, description): &(&str, &str)| Part {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            optional: false,
        };
        self.parts.iter().map(part).collect()
    }

    fn read(&self, id: &str) -> Option<Vec<String>> {
        if self.parts.len() == 1 {
            return Some(vec![id.to_owned()]);
        }
        let lower = id.to_ascii_lowercase();
        let at = lower.rfind(&self.by.to_ascii_lowercase())?;
        Some(vec![id.get(..at)?.to_owned(), id.get(at + self.by.len()..)?.to_owned()])
    }

    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics> {
        let values: Vec<&str> = values.iter().map(|value| value.unwrap_or_default()).collect();
        Ok(values.join(&self.by))
    }
}

/// Identity of a parent ID and a name. It omits the segment of a singleton between both, which ARM
/// calls `default` (ARM RPC, singletons).
struct InParent {
    joined: Joined,
    /// Type of the parent and text of the singleton's segments, if there is a singleton between
    /// both.
    between: Option<(&'static str, String)>,
}

impl InParent {
    fn of(ty: &'static str) -> Self {
        let (outer, last) = ty.rsplit_once('/').unwrap_or_default();
        let outer = outer.rsplit_once('/').filter(|(parent, _)| parent.contains('/'));
        let between = outer.map(|(parent, only)| (parent, format!("/{only}/default")));
        Self { joined: Joined { parts: IN_PARENT, by: format!("/{last}/") }, between }
    }
}

impl Identity for InParent {
    fn parts(&self) -> Vec<Part> {
        self.joined.parts()
    }

    fn read(&self, id: &str) -> Option<Vec<String>> {
        let mut values = self.joined.read(id)?;
        if let (Some((_, only)), Some(parent)) = (&self.between, values.first_mut()) {
            let at = parent.len().saturating_sub(only.len());
            if parent.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(only)) {
                parent.truncate(at);
            }
        }
        Some(values)
    }

    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics> {
        let [Some(parent), name] = values else { return self.joined.id(values) };
        let is_in = |ty: &str| ResourceId::parse(parent).is_ok_and(|it| it.is_type(ty));
        let only = self.between.as_ref().filter(|(ty, _)| is_in(ty)).map(|(_, only)| only.as_str());
        let place = format!("{parent}{}", only.unwrap_or_default());
        self.joined.id(&[Some(&place), *name])
    }
}

/// Identity that consists of the parent's ID.
struct OnlyIn {
    /// End of the ID of an object that has an ID of its own.
    end: &'static str,
}

impl Identity for OnlyIn {
    fn parts(&self) -> Vec<Part> {
        let (name, description) = IN_PARENT[0];
        let (name, description) = (name.to_owned(), description.to_owned());
        vec![Part { name, description, optional: false }]
    }

    fn read(&self, id: &str) -> Option<Vec<String>> {
        let at = id.len().saturating_sub(self.end.len());
        let own = id.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(self.end));
        Some(vec![if own { id.get(..at)? } else { id }.to_owned()])
    }

    /// Returns the parent's ID, which an import accepts too.
    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics> {
        Ok(values.first().copied().flatten().unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "00000000-0000-0000-0000-000000000000";
    const LINK: &str = "Microsoft.Network/privateDnsZones/virtualNetworkLinks";

    fn link() -> Box<dyn Identity> {
        let defaults = Defaults { subscription_id: Some(GUID.to_owned()), ..Defaults::default() };
        IdentitySchema::OfId(LINK).at(&defaults)
    }

    fn link_id() -> String {
        let zone = ResourceId::in_group(GUID, "rg", "Microsoft.Network/privateDnsZones", "a.b");
        zone.child("virtualNetworkLinks", "l").to_string()
    }

    #[test]
    fn an_identity_of_a_child_names_its_parents() {
        let parts = link().parts();
        let names: Vec<_> = parts.iter().map(|part| &*part.name).collect();
        let wanted = ["subscription_id", "resource_group_name", "private_dns_zone_name", "name"];
        assert_eq!(names, wanted);
        assert_eq!(parts[2].description, "Name of the private DNS zone.");
        assert_eq!(link().read(&link_id()).unwrap(), [GUID, "rg", "a.b", "l"]);
        assert_eq!(link().read("/subscriptions/x"), None);
    }

    #[test]
    fn the_subscription_defaults_to_the_providers() {
        let named = [None, Some("rg"), Some("a.b"), Some("l")];
        assert_eq!(link().id(&named).unwrap(), link_id());
        assert!(IdentitySchema::OfId(LINK).at(&Defaults::default()).id(&named).is_err());
    }

    #[test]
    fn a_name_with_a_slash_is_refused() {
        for name in ["", "l/x/y", "l/x", "..", "a b", "a?b"] {
            assert!(link().id(&[None, Some("rg"), Some("a.b"), Some(name)]).is_err(), "{name:?}");
        }
        assert!(link().id(&[None, Some("rg/providers/x"), Some("a.b"), Some("l")]).is_err());
    }

    #[test]
    fn a_singleton_between_parent_and_name_is_omitted() {
        const RULE: &str = "A.B/accounts/networks/rules";
        let identity = IdentitySchema::InParent(RULE).at(&Defaults::default());
        let account = ResourceId::in_group(GUID, "rg", "A.B/accounts", "a");
        let hub = ResourceId::in_group(GUID, "rg", "C.D/hubs", "h");
        let rule = account.child("networks", "default").child("rules", "r");
        for (id, parent) in [(&rule, &account), (&hub.child("rules", "r"), &hub)] {
            assert_eq!(identity.read(id.as_str()).unwrap(), [parent.as_str(), "r"]);
            assert_eq!(identity.id(&[Some(parent.as_str()), Some("r")]).unwrap(), id.as_str());
        }
        let link = IdentitySchema::InParent("A.B/accounts/links").at(&Defaults::default());
        let id = account.child("links", "default");
        assert_eq!(link.read(id.as_str()).unwrap(), [account.as_str(), "default"]);
    }

    #[test]
    fn a_singleton_is_identified_by_its_parent() {
        let identity = IdentitySchema::OnlyIn("/things/default").at(&Defaults::default());
        for id in ["/a/b", "/a/b/THINGS/default"] {
            assert_eq!(identity.read(id).unwrap(), ["/a/b"]);
        }
        assert_eq!(identity.id(&[Some("/a/b")]).unwrap(), "/a/b");
    }

    #[test]
    fn a_joined_id_is_split_in_any_letter_case() {
        const PARTS: &[(&str, &str)] = &[("target_resource_id", ""), ("connection_name", "")];
        let named = IdentitySchema::Joined { parts: PARTS, by: "/privateEndpointConnections/" };
        let identity = named.at(&Defaults::default());
        assert_eq!(identity.read("/a/PRIVATEENDPOINTCONNECTIONS/b").unwrap(), ["/a", "b"]);
        assert_eq!(identity.read("/a/b"), None);
        let id = identity.id(&[Some("/a"), Some("b")]);
        assert_eq!(id.unwrap(), "/a/privateEndpointConnections/b");
    }
}
