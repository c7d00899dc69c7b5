BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE beats (
        session INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        time_s REAL NOT NULL,
        rr_ms REAL NOT NULL,
        segment INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        nn_ms REAL,
        PRIMARY KEY (session, ordinal),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "beats" VALUES(1,0,0.0,900.0,0,'kept','',900.0);
INSERT INTO "beats" VALUES(1,1,0.9,1400.0,1,'missed','twice the one before',NULL);
CREATE TABLE blocks (
        session INTEGER NOT NULL,
        stream INTEGER NOT NULL,
        n INTEGER NOT NULL,
        frames BLOB NOT NULL,
        PRIMARY KEY (session, stream, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    );
INSERT INTO "blocks" VALUES(1,0,0,X'0100000200000000000000F83F0000000000000040400300000000000000805800CA9A3B000000000046FD20490500000000000000E83B78DE28008618');
INSERT INTO "blocks" VALUES(1,1,0,X'0102010100000000000000FA3F000200000000000000800000E9A435000000008000020000000000000060001AFCFFFFFFFFFFFF60001F0000000000000060');
CREATE TABLE entries (
        entry INTEGER NOT NULL,
        person INTEGER,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        on_day TEXT NOT NULL,
        told_utc TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (entry),
        FOREIGN KEY(person) REFERENCES persons (person)
    );
INSERT INTO "entries" VALUES(1,1,'checkin','pain','2026-11-21','2026-11-21T20:00:00+00:00','{"value":4}');
CREATE TABLE live (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        hr_bpm REAL,
        rmssd_ms REAL,
        swing_bpm REAL,
        respiration_per_min REAL,
        smoothness REAL,
        coherence_ratio REAL,
        peak_hz REAL,
        artifact_percent REAL,
        withheld TEXT NOT NULL,
        score REAL,
        goal REAL,
        reason TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "live" VALUES(1,0,1.5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'too little data',NULL,NULL,'too little data');
INSERT INTO "live" VALUES(1,1,61.5,60.1,30.2,NULL,6.0,0.5,1.2,0.1,0.3,'',0.5,0.6,'');
CREATE TABLE markers (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        label TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "markers" VALUES(1,0,75.5,'coughed');
CREATE TABLE news (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        kind TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "news" VALUES(1,0,0.5,'link','{"state":"connected","detail":"","retry_in_s":null}');
CREATE TABLE packed (
        session INTEGER NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (session),
        FOREIGN KEY(session) REFERENCES sessions (session)
    );
CREATE TABLE packets (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        received_s REAL NOT NULL,
        format TEXT NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "packets" VALUES(1,0,0.5,'2a37',X'063C');
INSERT INTO "packets" VALUES(1,1,1.0,'2a37',X'10');
INSERT INTO "packets" VALUES(1,2,1.5,'2a37',X'163C84038503');
CREATE TABLE persons (
        person INTEGER NOT NULL,
        name TEXT NOT NULL, folded TEXT NOT NULL DEFAULT '', archived INTEGER DEFAULT '0' NOT NULL,
        PRIMARY KEY (person),
        UNIQUE (name)
    );
INSERT INTO "persons" VALUES(1,'Ann','ann',0);
CREATE TABLE phases (
        session INTEGER NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL,
        role TEXT NOT NULL,
        feedback TEXT NOT NULL,
        pacing TEXT,
        start_s REAL NOT NULL,
        end_s REAL,
        PRIMARY KEY (session, position),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "phases" VALUES(1,0,'baseline','Rest','baseline','none',NULL,0.0,60.0);
INSERT INTO "phases" VALUES(1,1,'practice','Breathe','practice','smoothness','{"inhale_s":4.5,"exhale_s":5.5}',60.0,NULL);
CREATE TABLE ratings (
        session INTEGER NOT NULL,
        moment TEXT NOT NULL,
        question TEXT NOT NULL,
        value INTEGER NOT NULL,
        PRIMARY KEY (session, moment, question),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "ratings" VALUES(1,'after','pain',4);
INSERT INTO "ratings" VALUES(1,'before','pain',6);
CREATE TABLE reference_figures (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        window_s REAL NOT NULL,
        method TEXT NOT NULL,
        figures TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "reference_figures" VALUES(1,0,60.0,60.0,'neurokit2 0.2.13','{"HRV_RMSSD":13.766666666666666}');
CREATE TABLE results (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        computed_utc TEXT NOT NULL,
        method TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    );
INSERT INTO "results" VALUES(1,0,'2026-11-21T08:33:00Z','beats 1','{"duration_s":120.0,"n_beats":3,"withheld":{"lf_hf":"too short"}}');
CREATE TABLE rungs (
        rung INTEGER NOT NULL,
        person INTEGER,
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        distress INTEGER NOT NULL,
        archived INTEGER NOT NULL,
        PRIMARY KEY (rung),
        FOREIGN KEY(person) REFERENCES persons (person)
    );
INSERT INTO "rungs" VALUES(1,1,0,'Bend to the shoes, é',4,0);
INSERT INTO "rungs" VALUES(2,1,1,'Garden',8,1);
CREATE TABLE sessions (
        session INTEGER NOT NULL,
        session_id TEXT NOT NULL,
        person INTEGER,
        exercise TEXT NOT NULL,
        exercise_title TEXT NOT NULL,
        exercise_source TEXT NOT NULL,
        settings TEXT NOT NULL,
        device TEXT NOT NULL,
        simulated INTEGER NOT NULL,
        started_utc TEXT NOT NULL,
        started_clock_s REAL NOT NULL,
        ended_utc TEXT,
        end_cause TEXT,
        duration_s REAL,
        PRIMARY KEY (session),
        UNIQUE (session_id),
        FOREIGN KEY(person) REFERENCES persons (person)
    );
INSERT INTO "sessions" VALUES(1,'20261121-0831-k3f9',1,'resonance','Slow breathing','id = "resonance"
','{"minutes":2.0,"rate":6.1}','sim:rest?seed=7',1,'2026-11-21T08:31:00Z',1234.5,'2026-11-21T08:33:00Z','done',120.0);
CREATE TABLE streams (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        received_s REAL NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "streams" VALUES(1,0,0.75,X'02000001820001010E00F00200000000');
INSERT INTO "streams" VALUES(1,1,0.875,X'02020001190001011000F00202000000');
CREATE TABLE timeline_events (
        session INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at_s REAL NOT NULL,
        kind TEXT NOT NULL,
        elapsed_s REAL NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (session, n),
        FOREIGN KEY(session) REFERENCES sessions (session)
    )
     WITHOUT ROWID
    ;
INSERT INTO "timeline_events" VALUES(1,0,0.0,'began',0.0,'{}');
INSERT INTO "timeline_events" VALUES(1,1,70.25,'paused',70.25,'{"by":"person"}');
INSERT INTO "timeline_events" VALUES(1,2,80.0,'repaced',70.25,'{"pattern":{"inhale_s":4.1}}');
CREATE UNIQUE INDEX persons_folded ON persons (folded);
CREATE INDEX entries_told ON entries (person, kind, subject, on_day);
CREATE INDEX sessions_of_person ON sessions (person, started_utc, simulated);
COMMIT;
