//! What isolated means: whether private endpoints lead where they should, and whether names lead
//! to them. All of it is judged from what a [`crate::survey::Survey`] shows.

pub mod dns;
pub mod endpoint;
pub mod mend;
pub mod policy;
pub mod posture;
pub mod workspace;
