//! How strict ARM is and how busy, to order.

/// Options that differ from one test to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// The most entries in a page of any list.
    pub(crate) page_size: Option<usize>,
    /// Unknown names in a body are left out and warned of, instead of refused.
    pub(crate) loose: bool,
    /// A subnet takes one operation of its endpoints at a time.
    pub(crate) subnet_contention: bool,
    /// A `PATCH` of a workspace adds its user-assigned identities to those that are there, instead
    /// of replacing them. Which of the two Azure does is not recorded.
    pub(crate) adds_identities: bool,
    /// How many seconds of the virtual clock after a zone group its records come.
    pub(crate) record_seconds: f64,
    /// How many seconds of the virtual clock a purged account holds the subnet of its agents.
    pub(crate) link_release_seconds: f64,
    /// For how many seconds of the virtual clock an account that is ready is still told to private
    /// endpoints as accepted.
    pub(crate) account_race_seconds: f64,
}
