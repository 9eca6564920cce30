//! What can be said of a resource type in a table row.

/// How a `PUT` or `PATCH` is answered and how its end is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Done at once.
    Now,
    /// 201 or 200 with the resource, to be polled by `Azure-AsyncOperation`.
    AsyncOperation,
    /// As [`Reply::AsyncOperation`], with `Location`, too.
    AsyncBoth,
    /// As [`Reply::AsyncOperation`], but 201 for a resource that exists, too.
    Created,
    /// 202 with the resource, to be polled by `Azure-AsyncOperation`.
    Accepted,
    /// 202 without a body, to be polled by `Azure-AsyncOperation`.
    Polled,
    /// 202 and only `Location`, which ends with the resource.
    Location,
    /// 202 and both headers, with this body.
    Both(Shown),
    /// 201 or 200 with the resource, whose `provisioningState` tells.
    State,
}

/// The body of a 202.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// None.
    Nothing,
    /// `{}`.
    Empty,
    /// `{"status":"Enqueued"}`.
    Enqueued,
    /// The resource as it is by now.
    Resource,
}

/// Where operations of a provider are polled, and how they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Poll {
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/operations/ID`.
    Regional,
    /// As [`Poll::Regional`]; the document says the status and nothing else.
    Network,
    /// `RG/providers/Microsoft.Network/privateDnsOperationStatuses/ID`; running is 202.
    PrivateDns,
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/asyncoperations/ID?monitor=true`.
    Monitor,
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/workspaceOperationsStatus/ID`, with
    /// `type=async` or `type=location`.
    Workspace,
    /// `REGISTRY/operationStatuses/ID`; running is 201.
    Registry,
    /// `RESOURCE/operationStatuses/ID`; running is `Running`.
    SharedLink,
    /// `networkSecurityPerimeterOperationStatuses/ID` below the provider's location.
    Perimeter,
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/operationsStatus/ID`, which tells nothing
    /// but the status, and `RESOURCE/operationResults/ID`.
    Cosmos,
    /// `/subscriptions/S/providers/microsoft.insights/privatelinkscopeoperationstatuses/ID`.
    MonitorScope,
    /// The resource's own address.
    Own,
    /// `mfeOperationsStatus/ID` below the location of Microsoft.MachineLearningServices, whatever
    /// the type's provider, with the account's GUID in the ID; `Location` is the resource.
    ManagedNetwork,
    /// `/subscriptions/S/operationresults/ID`.
    Group,
}

/// What `PATCH` may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patch {
    /// 405.
    None,
    /// Only `tags`.
    Tags,
    /// A merge after RFC 7396.
    Merge(Reply),
}

/// How a `DELETE` is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delete {
    /// 200, and it is gone.
    Now,
    /// As `Now`, with a connection as it went: `Disconnected`.
    Disconnected,
    /// 202 with both headers.
    Both,
    /// 202 with `Location`.
    Location,
    /// 202 with `Azure-AsyncOperation`.
    Polled,
}

/// Where a type lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    /// In a region, to be named by the request.
    Region,
    /// `global`, to be named by the request.
    Global,
    /// In the region of what it belongs to; a request may name it.
    Inherited,
    /// Has no location of its own.
    None,
}

/// How a type does etags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Etag {
    /// None at all.
    None,
    /// `W/"GUID"`, honoured by 412.
    Weak,
    /// A bare GUID; a failed precondition fails the operation.
    Bare,
    /// `"GUID"`; a failed precondition fails the operation.
    Quoted,
    /// A bare GUID, honoured by 412.
    Record,
    /// `"GUID"`; a stale `If-Match` is refused by 412 `IfMatchPreconditionFailed`.
    Matched,
    /// `"GUID"`, shown and not looked at.
    Shown,
    /// 32 digits, shown and not looked at.
    Hex,
    /// `W/"datetime'TIME'"` in the header, and not looked at.
    Dated,
}

/// The words of `provisioningState`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct States {
    /// While it is made.
    pub(crate) creating: &'static str,
    /// While it is changed.
    pub(crate) updating: &'static str,
    /// When all is well; empty for a type without the property.
    pub(crate) done: &'static str,
}

/// The public network access flag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag {
    /// The accepted words; none means any text.
    pub(crate) values: &'static [&'static str],
    /// Whether casing matters.
    pub(crate) exact: bool,
    /// What a new resource gets that does not say; empty leaves it out.
    pub(crate) default: &'static str,
}

/// What can be said of a type: one table row.
#[derive(Debug)]
pub(crate) struct TypeInfo {
    /// The full type in Azure's casing.
    pub(crate) name: &'static str,
    pub(crate) versions: &'static [&'static str],
    /// The first of `versions` that knows the type.
    pub(crate) since: &'static str,
    /// The properties that a request may set; `*` alone stands for any.
    pub(crate) writable: &'static [&'static str],
    pub(crate) read_only: &'static [&'static str],
    /// Top-level names beside properties, name, tags and location.
    pub(crate) top: &'static [&'static str],
    pub(crate) location: Location,
    pub(crate) tags: bool,
    pub(crate) put: Reply,
    /// As `put`, for a resource that exists.
    pub(crate) put_again: Reply,
    /// The status of a `PUT` that makes one.
    pub(crate) created: u16,
    /// Whether a `PUT` that changes no property has its end with its answer.
    pub(crate) idle_put: bool,
    pub(crate) patch: Patch,
    pub(crate) delete: Delete,
    pub(crate) poll: Poll,
    /// The seconds that Azure asks to wait between polls; 0 for no `Retry-After`.
    pub(crate) retry_after: u64,
    pub(crate) etag: Etag,
    pub(crate) states: States,
    pub(crate) flag: Option<Flag>,
    /// Properties that keep the value they were created with.
    pub(crate) immutable: &'static [&'static str],
    /// The response to a write while another one is under way.
    pub(crate) busy: (u16, &'static str),
    pub(crate) valid_name: fn(&str) -> bool,
    /// The number of entries in a page of a list.
    pub(crate) page: usize,
    /// Whether the last page has a `nextLink` of null.
    pub(crate) null_link: bool,
    /// Whether a `GET` of one answers nothing but its properties.
    pub(crate) nameless: bool,
    /// Whether a request may write the names of properties in any casing.
    pub(crate) any_case: bool,
    /// The first of `versions` that can delete one; empty for all.
    pub(crate) delete_since: &'static str,
}

impl TypeInfo {
    /// The versions that know the type, oldest first.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &'static str> {
        let since = self.since;
        self.versions.iter().copied().filter(move |version| *version >= since)
    }

    /// Whether a version is served, in any casing.
    pub(crate) fn knows(&self, version: &str) -> bool {
        self.versions().any(|known| known.eq_ignore_ascii_case(version))
    }

    /// The newest version.
    pub(crate) fn newest(&self) -> &'static str {
        self.versions.last().copied().unwrap_or_default()
    }

    /// Whether a request may set the property.
    pub(crate) fn takes(&self, property: &str) -> bool {
        let open = self.writable == ["*"] && !self.read_only.contains(&property);
        open || self.writable.contains(&property)
    }

    /// The last part of the type.
    pub(crate) fn short(&self) -> &'static str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The namespace.
    pub(crate) fn namespace(&self) -> &'static str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Whether it is a child of another type.
    pub(crate) fn is_child(&self) -> bool {
        self.name.matches('/').count() > 1
    }
}
