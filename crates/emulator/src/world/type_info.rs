//! Descriptions of resource types as data.

/// Form of the answer to a `PUT` or `PATCH`, and way to poll it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Complete at once.
    Now,
    /// 201 or 200 with the resource, to be polled with `Azure-AsyncOperation`.
    AsyncOperation,
    /// As [`Reply::AsyncOperation`], with `Location` in addition.
    AsyncBoth,
    /// As [`Reply::AsyncOperation`], but 201 also for an existing resource.
    Created,
    /// 202 with the resource, to be polled with `Azure-AsyncOperation`.
    Accepted,
    /// 202 without a body, to be polled with `Azure-AsyncOperation`.
    Polled,
    /// 202 with `Location` only, which ends with the resource.
    Location,
    /// 202 with both headers and this body.
    Both(Shown),
    /// 201 or 200 with the resource, to be polled with its `provisioningState`.
    State,
}

/// Body of a 202.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// No body.
    Nothing,
    /// `{}`.
    Empty,
    /// `{"status":"Enqueued"}`.
    Enqueued,
    /// The resource in its current state.
    Resource,
}

/// Polling URLs of a provider's operations, and form of their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Poll {
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/operations/ID`.
    Regional,
    /// As [`Poll::Regional`], with a document that has the status only.
    Network,
    /// `RG/providers/Microsoft.Network/privateDnsOperationStatuses/ID`, with 202 while the
    /// operation runs.
    PrivateDns,
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/asyncoperations/ID?monitor=true`.
    Monitor,
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/workspaceOperationsStatus/ID`, with
    /// `type=async` or `type=location`.
    Workspace,
    /// `REGISTRY/operationStatuses/ID`, with 201 while the operation runs.
    Registry,
    /// `RESOURCE/operationStatuses/ID`, with the status `Running`.
    SharedLink,
    /// `networkSecurityPerimeterOperationStatuses/ID` below the provider's location.
    Perimeter,
    /// `/subscriptions/S/providers/NAMESPACE/locations/L/operationsStatus/ID`, with the status
    /// only, and `RESOURCE/operationResults/ID`.
    Cosmos,
    /// `/subscriptions/S/providers/microsoft.insights/privatelinkscopeoperationstatuses/ID`.
    MonitorScope,
    /// The URL of the resource itself.
    Own,
    /// `mfeOperationsStatus/ID` below the location of Microsoft.MachineLearningServices, for types
    /// of any provider, with the account's GUID in the ID. `Location` is the resource.
    ManagedNetwork,
    /// `/subscriptions/S/operationresults/ID`.
    Group,
}

/// Effect of a `PATCH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patch {
    /// 405.
    None,
    /// Accepts `tags` only.
    Tags,
    /// Merges the body (RFC 7396).
    Merge(Reply),
}

/// Form of the answer to a `DELETE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delete {
    /// 200, with the resource removed.
    Now,
    /// As [`Delete::Now`], with the connection in the body, in the state `Disconnected`.
    Disconnected,
    /// 202 with both headers.
    Both,
    /// 202 with `Location`.
    Location,
    /// 202 with `Azure-AsyncOperation`.
    Polled,
}

/// Location of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    /// A region, which the request must name.
    Region,
    /// `global`, which the request must name.
    Global,
    /// The region of the parent, which a request may name.
    Inherited,
    /// No location.
    None,
}

/// Form and effect of ETags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Etag {
    /// No ETags.
    None,
    /// `W/"GUID"`. A failed precondition is 412.
    Weak,
    /// A bare GUID. A failed precondition fails the operation.
    Bare,
    /// `"GUID"`. A failed precondition fails the operation.
    Quoted,
    /// A bare GUID. A failed precondition is 412.
    Record,
    /// `"GUID"`. A stale `If-Match` is 412 `IfMatchPreconditionFailed`.
    Matched,
    /// `"GUID"`. Preconditions are ignored.
    Shown,
    /// 32 digits. Preconditions are ignored.
    Hex,
    /// `W/"datetime'TIME'"` in the header. Preconditions are ignored.
    Dated,
}

/// Values of `provisioningState`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct States {
    /// Value during the creation.
    pub(crate) creating: &'static str,
    /// Value during a change.
    pub(crate) updating: &'static str,
    /// Value of a healthy resource. Empty for a type without the property.
    pub(crate) done: &'static str,
}

/// Flag of public network access.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag {
    /// Possible values. An empty list means any text.
    pub(crate) values: &'static [&'static str],
    /// If `true`, the values are case-sensitive.
    pub(crate) exact: bool,
    /// Default of a new resource. An empty text leaves the property out.
    pub(crate) default: &'static str,
}

/// Description of a resource type.
#[derive(Debug)]
pub(crate) struct TypeInfo {
    /// Full type in Azure's case.
    pub(crate) name: &'static str,
    pub(crate) versions: &'static [&'static str],
    /// First of `versions` that has the type.
    pub(crate) since: &'static str,
    /// Properties that a request may set. `*` alone means any property.
    pub(crate) writable: &'static [&'static str],
    pub(crate) read_only: &'static [&'static str],
    /// Top-level names in addition to properties, name, tags and location.
    pub(crate) top: &'static [&'static str],
    pub(crate) location: Location,
    pub(crate) tags: bool,
    pub(crate) put: Reply,
    /// As `put`, for an existing resource.
    pub(crate) put_again: Reply,
    /// Status of a `PUT` that creates a resource.
    pub(crate) created: u16,
    /// If `true`, a `PUT` that changes no property is complete with its answer.
    pub(crate) idle_put: bool,
    pub(crate) patch: Patch,
    pub(crate) delete: Delete,
    pub(crate) poll: Poll,
    /// Seconds of `Retry-After` between polls. 0 means no header.
    pub(crate) retry_after: u64,
    pub(crate) etag: Etag,
    pub(crate) states: States,
    pub(crate) flag: Option<Flag>,
    /// Properties that cannot change after the creation.
    pub(crate) immutable: &'static [&'static str],
    /// Status and code of a write while another one is running.
    pub(crate) busy: (u16, &'static str),
    pub(crate) valid_name: fn(&str) -> bool,
    /// Number of entries in a page of a list.
    pub(crate) page: usize,
    /// If `true`, the last page has a `nextLink` of null.
    pub(crate) null_link: bool,
    /// If `true`, a `GET` of one resource returns its properties only.
    pub(crate) nameless: bool,
    /// If `true`, a request may write the names of properties in any case.
    pub(crate) any_case: bool,
    /// First of `versions` that can delete a resource. Empty for all versions.
    pub(crate) delete_since: &'static str,
}

impl TypeInfo {
    /// Returns the versions that have the type, oldest first.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &'static str> {
        let since = self.since;
        self.versions.iter().copied().filter(move |version| *version >= since)
    }

    /// Returns `true` if the type has a version, in any case.
    pub(crate) fn knows(&self, version: &str) -> bool {
        self.versions().any(|known| known.eq_ignore_ascii_case(version))
    }

    /// Returns the newest version.
    pub(crate) fn newest(&self) -> &'static str {
        self.versions.last().copied().unwrap_or_default()
    }

    /// Returns `true` if a request may set the property.
    pub(crate) fn takes(&self, property: &str) -> bool {
        let open = self.writable == ["*"] && !self.read_only.contains(&property);
        open || self.writable.contains(&property)
    }

    /// Returns the last segment of the type.
    pub(crate) fn short(&self) -> &'static str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the namespace.
    pub(crate) fn namespace(&self) -> &'static str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Returns `true` for a child of another type.
    pub(crate) fn is_child(&self) -> bool {
        self.name.matches('/').count() > 1
    }
}
