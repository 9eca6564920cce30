//! Resource IDs: parses them, takes them apart, and compares them without regard to case.
//!
//! IDs are not percent-decoded: ARM's names need no escapes, so an ID with a `%` is invalid.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// ID of a subscription, resource group, or resource.
///
/// Keeps its original spelling and compares without regard to case, as ARM does.
#[derive(Clone)]
pub struct ResourceId {
    text: String,
    subscription: String,
    group: Option<String>,
    provider: Option<String>,
    /// Types and names below the provider, outermost first.
    names: Vec<(String, String)>,
}

/// Error of a text that is not a resource ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a resource ID: {why}.")]
pub struct IdError {
    text: String,
    why: String,
}

/// Part of a portal URL that precedes the ID.
const PORTAL: &str = "/resource/subscriptions/";

impl ResourceId {
    /// Parses an ID in any letter case, with or without a trailing slash, or the URL of a resource
    /// in the Azure portal.
    ///
    /// # Errors
    ///
    /// Returns an error if a segment is missing, unexpected, or contains characters that are not
    /// allowed in a path.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let refuse =
            |why: &str| IdError { text: text.chars().take(300).collect(), why: why.into() };
        let path = portal_path(text).unwrap_or(text);
        let path = path.strip_suffix('/').unwrap_or(path);
        let Some(inner) = path.strip_prefix('/') else {
            return Err(refuse("it must begin with \"/subscriptions/\""));
        };
        let segments: Vec<&str> = inner.split('/').collect();
        if let Some(bad) = segments.iter().find(|segment| !is_safe(segment)) {
            return Err(refuse(&format!("the segment {bad:?} is not allowed")));
        }
        let (subscription, rest) = pair(&segments, "subscriptions")
            .ok_or_else(|| refuse("it must begin with \"/subscriptions/\" and a GUID"))?;
        let (group, rest) = match pair(rest, "resourceGroups") {
            Some((group, rest)) => (Some(group), rest),
            None => (None, rest),
        };
        let (provider, rest) = match pair(rest, "providers") {
            Some((provider, rest)) => (Some(provider), rest),
            None if rest.is_empty() => (None, rest),
            None => {
                return Err(refuse(
                    "\"/resourceGroups/NAME/providers/NAMESPACE/\" must follow the subscription",
                ));
            }
        };
        if rest.len() % 2 != 0 || (provider.is_some() && rest.is_empty()) {
            return Err(refuse("its last type has no name"));
        }
        let own = |text: &str| text.to_owned();
        Ok(Self {
            text: format!("/{inner}"),
            subscription: own(subscription),
            group: group.map(own),
            provider: provider.map(own),
            names: rest.chunks(2).map(|pair| (own(pair[0]), own(pair[1]))).collect(),
        })
    }

    /// Returns the ID of the subscription.
    #[must_use]
    pub fn subscription_id(&self) -> Self {
        Self {
            text: format!("/subscriptions/{}", self.subscription),
            subscription: self.subscription.clone(),
            group: None,
            provider: None,
            names: Vec::new(),
        }
    }

    /// Returns the ID of a resource group.
    pub fn group(subscription: &str, group: &str) -> Self {
        Self {
            text: format!("/subscriptions/{subscription}/resourceGroups/{group}"),
            subscription: subscription.to_owned(),
            group: Some(group.to_owned()),
            provider: None,
            names: Vec::new(),
        }
    }

    /// Returns the ID of a resource in a resource group. `ty` is a type such as
    /// `Microsoft.Network/privateEndpoints`.
    pub fn in_group(subscription: &str, group: &str, ty: &str, name: &str) -> Self {
        let (provider, last) = ty.split_once('/').unwrap_or((ty, ""));
        let group = Self::group(subscription, group);
        Self {
            text: format!("{}/providers/{provider}/{last}/{name}", group.text),
            provider: Some(provider.to_owned()),
            names: vec![(last.to_owned(), name.to_owned())],
            ..group
        }
    }

    /// Returns the ID of a child resource.
    #[must_use]
    pub fn child(&self, ty: &str, name: &str) -> Self {
        let mut child = self.clone();
        child.text = format!("{}/{ty}/{name}", self.text);
        child.names.push((ty.to_owned(), name.to_owned()));
        child
    }

    /// Returns the ID of the parent resource, or of the resource group for a top-level resource.
    pub fn parent(&self) -> Option<Self> {
        let cut = |text: &str, segments: usize| {
            text.rsplitn(segments + 1, '/').nth(segments).map(str::to_owned)
        };
        let mut parent = self.clone();
        let (_, _) = parent.names.pop()?;
        let segments = if parent.names.is_empty() { 4 } else { 2 };
        parent.text = cut(&self.text, segments)?;
        if parent.names.is_empty() {
            parent.provider = None;
        }
        Some(parent)
    }

    /// Returns the GUID of the subscription.
    pub fn subscription(&self) -> &str {
        &self.subscription
    }

    /// Returns the name of the resource group.
    pub fn resource_group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// Returns the namespace of the resource provider, such as `Microsoft.Network`.
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    /// Returns the full type, such as `Microsoft.Network/virtualNetworks/subnets`, in the ID's
    /// spelling.
    pub fn resource_type(&self) -> String {
        let Some(provider) = &self.provider else {
            let ty = if self.group.is_some() { "resourceGroups" } else { "subscriptions" };
            return format!("Microsoft.Resources/{ty}");
        };
        let types = self.names.iter().map(|(ty, _)| ty.as_str());
        std::iter::once(provider.as_str()).chain(types).collect::<Vec<_>>().join("/")
    }

    /// Returns `true` if the resource has the type `ty`.
    pub fn is_type(&self, ty: &str) -> bool {
        self.resource_type().eq_ignore_ascii_case(ty)
    }

    /// Returns the name of the resource, resource group, or subscription.
    pub fn name(&self) -> &str {
        let last = self.names.last().map(|(_, name)| name.as_str());
        last.or(self.group.as_deref()).unwrap_or(&self.subscription)
    }

    /// Returns types and names below the provider, outermost first.
    pub fn names(&self) -> Vec<(&str, &str)> {
        self.names.iter().map(|(ty, name)| (ty.as_str(), name.as_str())).collect()
    }

    /// Returns the ID with its fixed segments in ARM's spelling, given the type in that spelling.
    /// Names keep their spelling.
    #[must_use]
    pub fn canonical(&self, ty: &str) -> Self {
        let (Some(group), Some((provider, types))) = (&self.group, ty.split_once('/')) else {
            return self.clone();
        };
        let mut id = Self::group(&self.subscription, group);
        id.text.push_str(&format!("/providers/{provider}"));
        id.provider = Some(provider.to_owned());
        let pairs = types.split('/').zip(&self.names);
        pairs.fold(id, |id, (ty, (_, name))| id.child(ty, name))
    }

    /// Returns the ID in its original spelling.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn key(&self) -> String {
        self.text.to_lowercase()
    }
}

/// Returns the ID in a portal URL.
fn portal_path(text: &str) -> Option<&str> {
    let address = text.strip_prefix("https://portal.azure.")?;
    let at = address.find(PORTAL)?;
    let path = address.get(at + "/resource".len()..)?;
    // After the ID, the portal's URL names a page of the resource: .../overview, .../networking.
    match path.rsplit_once('/') {
        Some((id, _)) if path.split('/').count() % 2 == 0 => Some(id),
        _ => Some(path),
    }
}

fn pair<'a, 'b>(segments: &'b [&'a str], name: &str) -> Option<(&'a str, &'b [&'a str])> {
    match segments {
        [first, second, rest @ ..] if first.eq_ignore_ascii_case(name) => Some((*second, rest)),
        _ => None,
    }
}

/// Returns `true` if a segment can be part of a URL's path without escapes.
pub(crate) fn is_safe(segment: &str) -> bool {
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "?#%\\<>\"{}|^`".contains(c);
    !segment.is_empty() && segment != "." && segment != ".." && !segment.contains(forbidden)
}

impl fmt::Display for ResourceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ResourceId {}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for ResourceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNET: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/\
                          providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
    const TYPE: &str = "Microsoft.Network/virtualNetworks/subnets";

    fn random_case(text: &str) -> String {
        let flip = |c: char| {
            if fastrand::bool() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
        };
        text.chars().map(flip).collect()
    }

    #[test]
    fn ids_are_equal_in_any_letter_case() {
        let id = ResourceId::parse(SUBNET).unwrap();
        for _ in 0..1000 {
            let other = ResourceId::parse(&random_case(SUBNET)).unwrap();
            assert_eq!(other, id);
            assert!(other.is_type(TYPE));
            assert_eq!(other.canonical(TYPE).resource_type(), TYPE);
        }
    }

    #[test]
    fn an_id_is_taken_apart() {
        let id = ResourceId::parse(SUBNET).unwrap();
        assert_eq!((id.name(), id.resource_group()), ("snet-pe", Some("rg-ai")));
        let network = id.parent().unwrap();
        assert_eq!((network.name(), network.names().len()), ("vnet-ai", 1));
        assert!(network.is_type("microsoft.network/virtualnetworks"));
        let group = network.parent().unwrap();
        assert!(group.as_str().ends_with("/resourceGroups/rg-ai"), "{group}");
        assert_eq!(network.child("subnets", "snet-pe"), id);
        assert_eq!(group.parent(), None);
    }

    #[test]
    fn slashes_and_portal_addresses_are_understood() {
        let id = ResourceId::parse(SUBNET).unwrap();
        for text in [
            format!("{SUBNET}/"),
            format!("https://portal.azure.com/#@contoso.com/resource{SUBNET}"),
            format!("https://portal.azure.us/#@x/resource{SUBNET}/overview"),
        ] {
            assert_eq!(ResourceId::parse(&text), Ok(id.clone()), "{text}");
        }
    }

    #[test]
    fn an_invalid_id_is_refused_with_a_reason() {
        let check = |text: &str, why: &str| {
            let error = ResourceId::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        };
        check("", "/subscriptions/");
        check("rg-ai", "/subscriptions/");
        check("/subscriptions/a/resourceGroups/b/providers/C", "last type has no name");
        check("/subscriptions/a/resourceGroups/b/providers/C/d", "last type has no name");
        check("/subscriptions/a/resourceGroups/b/c", "must follow");
        check("/subscriptions/a/resourceGroups/../providers/C/d/e", "is not allowed");
        check("/subscriptions/a/resourceGroups/b/providers/C/d/e?x=1", "is not allowed");
        check("/subscriptions//resourceGroups/b", "is not allowed");
    }
}
