//! Folder of the journal: small files with names of a fixed form.
//!
//! The folder is inside Terraform's data folder, where a cloned repository or an unpacked archive
//! may have put anything. So the journal follows no links, opens only regular files, reads no more
//! bytes than it would write, and removes only files with names of its own form.

use aws_lc_rs::digest::{Context as Hasher, SHA256};
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Maximum size of a record in bytes.
const MOST: u64 = 64 * 1024;

/// Suffix of a record's name, after 64 hexadecimal digits.
const ENDING: &str = ".json";

/// Suffix of an incomplete record.
const DRAFT: &str = ".draft";

/// Folder of records, which may not exist yet.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Opens the folder at `place`, which may not exist yet.
    ///
    /// # Errors
    /// Returns an error if the place is a link or a file, or cannot be read.
    pub(crate) fn at(place: PathBuf) -> io::Result<Self> {
        let folder = Self(place);
        folder.is_there()?;
        Ok(folder)
    }

    pub(crate) fn place(&self) -> &Path {
        &self.0
    }

    /// Returns the name of the record with this key.
    pub(crate) fn name(parts: &[&[u8]]) -> String {
        let mut hasher = Hasher::new(&SHA256);
        for part in parts {
            hasher.update(part);
            hasher.update(b"\0");
        }
        let mut name = String::new();
        for byte in hasher.finish().as_ref() {
            // Writing to a `String` cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name + ENDING
    }

    /// Reads a record, if it exists.
    ///
    /// # Errors
    /// Returns an error if the file is not a regular file, is too large, or cannot be read.
    pub(crate) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        if !self.is_there()? {
            return Ok(None);
        }
        read(&self.0.join(name), MOST, Links::Refused)
    }

    /// Writes a record atomically.
    ///
    /// # Errors
    /// Returns an error if the file is not a regular file, or the record is too large or cannot be
    /// written.
    pub(crate) fn write(&self, name: &str, note: &[u8]) -> io::Result<()> {
        if note.len() as u64 > MOST {
            return Err(too_large(MOST));
        }
        match self.write_once(name, note) {
            // A process of another provider block has just removed its last record and the folder.
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => self.write_once(name, note),
            done => done,
        }
    }

    fn write_once(&self, name: &str, note: &[u8]) -> io::Result<()> {
        self.make()?;
        self.has(name)?;
        // Replace the draft of a killed process. Otherwise a draft is removed with its record.
        let draft = draft(name);
        self.remove_file(&draft)?;
        let mut file =
            tempfile::Builder::new().prefix(&draft).rand_bytes(0).tempfile_in(&self.0)?;
        file.write_all(note)?;
        file.as_file().sync_all()?;
        file.persist(self.0.join(name))?;
        // The folder stores the name, so sync the folder too. Some systems cannot open folders.
        File::open(&self.0).and_then(|folder| folder.sync_all()).or(Ok(()))
    }

    /// Removes a record if it exists. With the last record, removes the folder and, if it is empty,
    /// Terraform's data folder.
    ///
    /// # Errors
    /// Returns an error if the file is not a regular file or cannot be removed.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        if !self.is_there()? {
            return Ok(());
        }
        let was_there = self.remove_file(name)?;
        if !self.remove_file(&draft(name))? && !was_there {
            return Ok(());
        }
        // Removing a folder fails while it contains anything.
        for folder in self.0.ancestors().take(2) {
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    /// Removes a regular file. Returns `true` if it existed.
    fn remove_file(&self, name: &str) -> io::Result<bool> {
        if !self.has(name)? {
            return Ok(false);
        }
        match fs::remove_file(self.0.join(name)) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
            _ => Ok(true),
        }
    }

    /// Removes the records that are older than `most`.
    pub(crate) fn sweep(&self, most: Duration) {
        if !self.is_there().unwrap_or_default() {
            return;
        }
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            // Metadata of the entry itself, not of a link's target.
            let Ok(found) = entry.metadata() else { continue };
            let is_note = found.is_file() && entry.file_name().to_str().is_some_and(is_name);
            let age = found.modified().ok().and_then(|written| written.elapsed().ok());
            if is_note && age.is_some_and(|age| age > most) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Returns `true` if the folder exists. Returns an error if the place is not a folder.
    fn is_there(&self) -> io::Result<bool> {
        match looked_at(&self.0)? {
            Some(found) if !found.is_dir() => Err(other("is not a folder")),
            found => Ok(found.is_some()),
        }
    }

    /// Returns `true` if the record exists. Returns an error if the place is not a regular file.
    fn has(&self, name: &str) -> io::Result<bool> {
        match looked_at(&self.0.join(name))? {
            Some(found) if !found.is_file() => Err(other("is not a regular file")),
            found => Ok(found.is_some()),
        }
    }

    /// Creates the folder for its owner alone, if it does not exist.
    fn make(&self) -> io::Result<()> {
        if self.is_there()? {
            return Ok(());
        }
        if let Some(data) = self.0.parent() {
            fs::create_dir_all(data)?;
        }
        #[cfg_attr(not(unix), expect(unused_mut, reason = "other systems have no modes"))]
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&self.0) {
            // Another process created the folder first.
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {
                self.is_there().map(|_| ())
            }
            made => made,
        }
    }
}

/// Handling of a link in the place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Followed,
    Refused,
}

/// Reads a regular file of at most `most` bytes, if it exists. Never waits for a writer.
///
/// # Errors
/// Returns an error if the file is not a regular file, is too large, or cannot be read.
pub(crate) fn read(path: &Path, most: u64, links: Links) -> io::Result<Option<Vec<u8>>> {
    let mut options = OpenOptions::new();
    options.read(true);
    let found = match links {
        Links::Followed => fs::metadata(path),
        Links::Refused => fs::symlink_metadata(path),
    };
    // Opening a special file may have an effect, so check the type before and after.
    let opened = found.and_then(|found| regular(&found)).and_then(|()| {
        #[cfg(unix)]
        without_waiting(&mut options, links);
        options.open(path)
    });
    let file = match opened {
        Ok(file) => file,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(fault),
    };
    regular(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(Some(bytes)) }
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions, links: Links) {
    let refused = if links == Links::Refused { libc::O_NOFOLLOW } else { 0 };
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NONBLOCK | refused);
}

fn regular(found: &Metadata) -> io::Result<()> {
    if found.is_file() { Ok(()) } else { Err(other("is not a regular file")) }
}

/// Returns the metadata of the place itself, if it exists.
fn looked_at(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Returns the name of an incomplete record.
fn draft(name: &str) -> String {
    format!("{}{DRAFT}", name.strip_suffix(ENDING).unwrap_or(name))
}

/// Returns `true` if a record or a draft may have this name.
fn is_name(name: &str) -> bool {
    let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    let mut hex = [ENDING, DRAFT].into_iter().filter_map(|ending| name.strip_suffix(ending));
    hex.any(|hex| hex.len() == 64 && hex.bytes().all(is_digit))
}

fn other(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("the existing entry {what}"))
}

fn too_large(most: u64) -> io::Error {
    let what = format!("the file has more than {most} bytes");
    io::Error::new(io::ErrorKind::FileTooLarge, what)
}

#[cfg(test)]
mod tests;
