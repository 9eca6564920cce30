//! Resource IDs: a subscription, a group, a namespace, and pairs of type and name.

use std::fmt;

/// A parsed ID. [`ResourceId::key`] is the basis of comparisons, because ARM ignores case.
#[derive(Debug, Clone)]
pub(crate) struct ResourceId {
    pub(crate) subscription: String,
    pub(crate) group: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) types: Vec<String>,
    pub(crate) names: Vec<String>,
}

impl ResourceId {
    /// Parses a complete ID, or returns `None` if the text is not the ID of a resource.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let id = Self::parse_path(text)?;
        (id.namespace.is_some() && id.types.len() == id.names.len()).then_some(id)
    }

    /// Parses a path, which may end with a type without a name (a collection).
    pub(crate) fn parse_path(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('/')?.trim_end_matches('/').split('/');
        let subscription = expect(&mut rest, "subscriptions")?;
        let mut id = Self {
            subscription,
            group: None,
            namespace: None,
            types: Vec::new(),
            names: Vec::new(),
        };
        let mut word = rest.next()?;
        if word.eq_ignore_ascii_case("resourceGroups") {
            id.group = Some(filled(rest.next()?)?);
            word = rest.next()?;
        }
        if !word.eq_ignore_ascii_case("providers") {
            return None;
        }
        id.namespace = Some(filled(rest.next()?)?);
        while let Some(resource_type) = rest.next() {
            id.types.push(filled(resource_type)?);
            if let Some(name) = rest.next() {
                id.names.push(filled(name)?);
            }
        }
        (!id.types.is_empty()).then_some(id)
    }

    /// Parses the ID of a resource group.
    pub(crate) fn parse_group(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('/')?.trim_end_matches('/').split('/');
        let subscription = expect(&mut rest, "subscriptions")?;
        let group = expect(&mut rest, "resourceGroups")?;
        rest.next().is_none().then(|| Self::of_group(&subscription, &group))
    }

    /// Returns the parsed ID of a resource group.
    pub(crate) fn of_group(subscription: &str, group: &str) -> Self {
        Self {
            subscription: subscription.to_owned(),
            group: Some(group.to_owned()),
            namespace: None,
            types: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Returns the ID of a resource group.
    pub(crate) fn group_id(subscription: &str, group: &str) -> String {
        format!("/subscriptions/{subscription}/resourceGroups/{group}")
    }

    /// Returns the full type, for example `Microsoft.Network/virtualNetworks/subnets`.
    pub(crate) fn resource_type(&self) -> String {
        let namespace = self.namespace.as_deref().unwrap_or_default();
        format!("{namespace}/{}", self.types.join("/"))
    }

    /// Returns `true` if the resource has this full type, in any case.
    pub(crate) fn is_type(&self, resource_type: &str) -> bool {
        let own = self.namespace.iter().chain(&self.types);
        let mut wanted = resource_type.split('/');
        own.into_iter().all(|part| wanted.next().is_some_and(|w| w.eq_ignore_ascii_case(part)))
            && wanted.next().is_none()
            && self.namespace.is_some()
    }

    /// Returns the last name.
    pub(crate) fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// Returns the names joined as in ARM's messages.
    pub(crate) fn full_name(&self) -> String {
        self.names.join("/")
    }

    /// Returns a form that is equal for all spellings of one ID.
    pub(crate) fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }

    /// Returns the key of the resource group, if the ID has one.
    pub(crate) fn group_key(&self) -> Option<String> {
        let group = self.group.as_deref()?;
        Some(Self::group_id(&self.subscription, group).to_ascii_lowercase())
    }

    /// Returns the top-level resource of a child, or the ID itself.
    pub(crate) fn root(&self) -> Self {
        let mut root = self.clone();
        root.types.truncate(1);
        root.names.truncate(1);
        root
    }

    /// Returns the parent of a child.
    pub(crate) fn parent(&self) -> Option<Self> {
        if self.names.len() < 2 || self.names.len() != self.types.len() {
            return None;
        }
        let mut parent = self.clone();
        parent.types.pop();
        parent.names.pop();
        Some(parent)
    }

    /// Returns the ID of a child.
    pub(crate) fn child(&self, resource_type: &str, name: &str) -> Self {
        let mut child = self.clone();
        child.types.push(resource_type.to_owned());
        child.names.push(name.to_owned());
        child
    }

    /// Returns the ID of a resource of another type in this group.
    pub(crate) fn sibling(&self, namespace: &str, resource_type: &str, name: &str) -> Self {
        Self {
            subscription: self.subscription.clone(),
            group: self.group.clone(),
            namespace: Some(namespace.to_owned()),
            types: vec![resource_type.to_owned()],
            names: vec![name.to_owned()],
        }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/subscriptions/{}", self.subscription)?;
        if let Some(group) = &self.group {
            write!(f, "/resourceGroups/{group}")?;
        }
        if let Some(namespace) = &self.namespace {
            write!(f, "/providers/{namespace}")?;
        }
        for (index, resource_type) in self.types.iter().enumerate() {
            write!(f, "/{resource_type}")?;
            if let Some(name) = self.names.get(index) {
                write!(f, "/{name}")?;
            }
        }
        Ok(())
    }
}

/// Returns `true` if two IDs name one resource.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left.trim_end_matches('/').eq_ignore_ascii_case(right.trim_end_matches('/'))
}

/// Returns `true` if two locations are one region (`East US` is `eastus`).
pub(crate) fn same_location(left: &str, right: &str) -> bool {
    region(left) == region(right)
}

/// Returns the short form of a location.
pub(crate) fn region(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

/// Returns `true` if an ID is a scope or below it, in any case. Every ID is below the empty scope.
pub(crate) fn within(scope: &str, id: &str) -> bool {
    let scope = scope.trim_end_matches('/');
    let begins = id.get(..scope.len()).is_some_and(|head| head.eq_ignore_ascii_case(scope));
    begins && id.get(scope.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn expect<'a>(rest: &mut impl Iterator<Item = &'a str>, word: &str) -> Option<String> {
    if !rest.next()?.eq_ignore_ascii_case(word) {
        return None;
    }
    filled(rest.next()?)
}

fn filled(segment: &str) -> Option<String> {
    (!segment.is_empty()).then(|| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_ids_apart_and_puts_them_together() {
        let text = "/subscriptions/s/resourceGroups/g/providers/N.s/a/b/c/d";
        let id = ResourceId::parse(text).expect("an ID");
        assert_eq!(id.to_string(), text);
        assert_eq!(id.resource_type(), "N.s/a/c");
        assert_eq!(id.parent().expect("a parent").name(), "b");
        assert!(ResourceId::parse("/subscriptions/s/resourceGroups/g").is_none());
        assert!(ResourceId::parse("/subscriptions/s/providers/N.s/a").is_none());
        assert!(ResourceId::parse_path("/subscriptions/s/providers/N.s/a").is_some());
        assert!(ResourceId::parse("subscriptions/s").is_none());
    }
}
