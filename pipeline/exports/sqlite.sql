-- The tables of `declass export --to sqlite`, schema version 1 (PRAGMA user_version).
-- Offsets count Unicode code points; boxes are pixels of the page's frame (width x height, dpi), right and bottom just outside.

CREATE TABLE documents (
    id TEXT PRIMARY KEY,            -- the name of the outputs below the output folder
    source TEXT NOT NULL,           -- the scan's path below the scans folder
    sha256 TEXT NOT NULL,
    status TEXT NOT NULL,
    media_type TEXT NOT NULL,
    pages INTEGER NOT NULL,
    document_number TEXT NOT NULL,  -- "" where it is not known, as is case_number
    case_number TEXT NOT NULL,
    highest_banner TEXT NOT NULL,
    message TEXT NOT NULL
);

CREATE TABLE pages (
    page_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,        -- document, #, page
    document TEXT NOT NULL REFERENCES documents(id),
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    page INTEGER NOT NULL,
    document_number TEXT NOT NULL,
    case_number TEXT NOT NULL,
    status TEXT NOT NULL,
    confidence REAL,
    grade TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    dpi REAL NOT NULL,
    text TEXT NOT NULL,             -- clean
    raw TEXT NOT NULL               -- as read
);

CREATE TABLE lines (                -- where each line of clean text stands: start:end in pages.text
    page_id INTEGER NOT NULL REFERENCES pages(page_id),
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    "left" INTEGER NOT NULL,
    top INTEGER NOT NULL,
    "right" INTEGER NOT NULL,
    bottom INTEGER NOT NULL,
    PRIMARY KEY (page_id, "start")
);

CREATE TABLE edits (                -- start:end in pages.raw, clean_start:clean_end in pages.text
    page_id INTEGER NOT NULL REFERENCES pages(page_id),
    id TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    clean_start INTEGER NOT NULL,
    clean_end INTEGER NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    score REAL NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    candidates TEXT NOT NULL,       -- a JSON array
    "group" TEXT NOT NULL,
    PRIMARY KEY (page_id, id)
);

CREATE TABLE markings (             -- what the document says of its classification and release: start:end in pages.raw
    page_id INTEGER NOT NULL REFERENCES pages(page_id),
    kind TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence REAL NOT NULL
);

CREATE TABLE parts (                -- memoranda, cables and letters inside a file
    part_id INTEGER PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents(id),
    kind TEXT NOT NULL,
    first_page INTEGER NOT NULL,
    "start" INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);

CREATE TABLE headers (              -- the header fields and signatures of parts
    part_id INTEGER NOT NULL REFERENCES parts(part_id),
    page_id INTEGER NOT NULL REFERENCES pages(page_id),
    kind TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence REAL NOT NULL
);

CREATE VIRTUAL TABLE pages_fts USING fts5(text, raw, content="pages", content_rowid="page_id");
