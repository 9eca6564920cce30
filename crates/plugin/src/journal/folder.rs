//! The journal's folder: small files of the journal's own, by names of its own.
//!
//! It lies among Terraform's data, where a cloned repository or an unpacked archive may have put
//! anything. So no link is followed, nothing but a regular file is opened, no more of it is read
//! than the journal would write, and nothing of another name is taken away.

use aws_lc_rs::digest::{Context as Hasher, SHA256};
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The most bytes of a note.
const MOST: u64 = 64 * 1024;

/// What every note's name ends with; before it stand 64 digits.
const ENDING: &str = ".json";

/// How the name of one ends that is not whole yet.
const DRAFT: &str = ".draft";

/// A folder of notes, which need not be there yet.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder at this place, if there is nothing else.
    ///
    /// # Errors
    /// Where there is a link or a file, or the place cannot be looked at.
    pub(crate) fn at(place: PathBuf) -> io::Result<Self> {
        let folder = Self(place);
        folder.is_there()?;
        Ok(folder)
    }

    pub(crate) fn place(&self) -> &Path {
        &self.0
    }

    /// The name of the note about what these parts tell from everything else.
    pub(crate) fn name(parts: &[&[u8]]) -> String {
        let mut hasher = Hasher::new(&SHA256);
        for part in parts {
            hasher.update(part);
            hasher.update(b"\0");
        }
        let mut name = String::new();
        for byte in hasher.finish().as_ref() {
            // Writing to a text cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name + ENDING
    }

    /// The note of this name, if there is one.
    ///
    /// # Errors
    /// Where something else bears its name, it is too large, or the system refuses.
    pub(crate) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        if !self.is_there()? {
            return Ok(None);
        }
        read(&self.0.join(name), MOST, Links::Refused)
    }

    /// Writes a note, whole or not at all.
    ///
    /// # Errors
    /// Where something else bears its name, it is too large, or the system refuses.
    pub(crate) fn write(&self, name: &str, note: &[u8]) -> io::Result<()> {
        if note.len() as u64 > MOST {
            return Err(too_large(MOST));
        }
        match self.write_once(name, note) {
            // Another process, of another provider block, has just taken its last note away.
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => self.write_once(name, note),
            done => done,
        }
    }

    fn write_once(&self, name: &str, note: &[u8]) -> io::Result<()> {
        self.make()?;
        self.has(name)?;
        // That of a process that was killed meanwhile gives way; it goes with its note otherwise.
        let draft = draft(name);
        self.remove_file(&draft)?;
        let mut file =
            tempfile::Builder::new().prefix(&draft).rand_bytes(0).tempfile_in(&self.0)?;
        file.write_all(note)?;
        file.as_file().sync_all()?;
        file.persist(self.0.join(name))?;
        // A name is kept by its folder. Not every system can open one.
        File::open(&self.0).and_then(|folder| folder.sync_all()).or(Ok(()))
    }

    /// Takes a note away if it is there, and with the last one the folder, and Terraform's where
    /// nothing else is in it.
    ///
    /// # Errors
    /// Where something else bears its name, or the system refuses.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        if !self.is_there()? {
            return Ok(());
        }
        let was_there = self.remove_file(name)?;
        if !self.remove_file(&draft(name))? && !was_there {
            return Ok(());
        }
        // Folders stay while there is anything in them.
        for folder in self.0.ancestors().take(2) {
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    /// Takes a regular file away, and tells whether there was one.
    fn remove_file(&self, name: &str) -> io::Result<bool> {
        if !self.has(name)? {
            return Ok(false);
        }
        match fs::remove_file(self.0.join(name)) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
            _ => Ok(true),
        }
    }

    /// Takes the notes away that are older than this.
    pub(crate) fn sweep(&self, most: Duration) {
        if !self.is_there().unwrap_or_default() {
            return;
        }
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            // Of the entry itself, not of what a link leads to.
            let Ok(found) = entry.metadata() else { continue };
            let is_note = found.is_file() && entry.file_name().to_str().is_some_and(is_name);
            let age = found.modified().ok().and_then(|written| written.elapsed().ok());
            if is_note && age.is_some_and(|age| age > most) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Whether the folder is there; what else may be there is an error.
    fn is_there(&self) -> io::Result<bool> {
        match looked_at(&self.0)? {
            Some(found) if !found.is_dir() => Err(other("is not a folder")),
            found => Ok(found.is_some()),
        }
    }

    /// Whether there is a note of this name; what else may bear it is an error.
    fn has(&self, name: &str) -> io::Result<bool> {
        match looked_at(&self.0.join(name))? {
            Some(found) if !found.is_file() => Err(other("is not a regular file")),
            found => Ok(found.is_some()),
        }
    }

    /// Makes the folder if it is not there, for its owner alone.
    fn make(&self) -> io::Result<()> {
        if self.is_there()? {
            return Ok(());
        }
        if let Some(data) = self.0.parent() {
            fs::create_dir_all(data)?;
        }
        #[cfg_attr(not(unix), expect(unused_mut, reason = "elsewhere there are no modes"))]
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&self.0) {
            // Another process was faster.
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {
                self.is_there().map(|_| ())
            }
            made => made,
        }
    }
}

/// Whether a link in the place of a file is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Followed,
    Refused,
}

/// A regular file of at most so many bytes, if it is there. It never waits for anybody to write.
///
/// # Errors
/// Where it is something else, is too large, or the system refuses.
pub(crate) fn read(path: &Path, most: u64, links: Links) -> io::Result<Option<Vec<u8>>> {
    let mut options = OpenOptions::new();
    options.read(true);
    let found = match links {
        Links::Followed => fs::metadata(path),
        Links::Refused => fs::symlink_metadata(path),
    };
    // Opening what is no file may already do something; so it is looked at before and after.
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

/// What is at this place itself, if anything.
fn looked_at(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The name that a note has until it is whole.
fn draft(name: &str) -> String {
    format!("{}{DRAFT}", name.strip_suffix(ENDING).unwrap_or(name))
}

/// Whether a note, or the draft of one, may have this name.
fn is_name(name: &str) -> bool {
    let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    let mut hex = [ENDING, DRAFT].into_iter().filter_map(|ending| name.strip_suffix(ending));
    hex.any(|hex| hex.len() == 64 && hex.bytes().all(is_digit))
}

fn other(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("what is there {what}"))
}

fn too_large(most: u64) -> io::Error {
    let what = format!("it has more than {most} bytes");
    io::Error::new(io::ErrorKind::FileTooLarge, what)
}

#[cfg(test)]
mod tests;
