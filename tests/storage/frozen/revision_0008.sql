BEGIN TRANSACTION;
CREATE TABLE access_log (
        n INTEGER NOT NULL,
        at_utc TEXT NOT NULL,
        who TEXT NOT NULL,
        act TEXT NOT NULL,
        alias TEXT NOT NULL,
        detail TEXT NOT NULL,
        seal TEXT NOT NULL,
        PRIMARY KEY (n)
    );
INSERT INTO "access_log" VALUES(0,'2026-11-21T08:30:00+00:00','','begun','','7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e','f0335eb121c557fad1fb63a2f85807e1eebf39dffb52119015f9117c9c4c6db5');
INSERT INTO "access_log" VALUES(1,'2026-11-21T08:35:00+00:00','Dr. Ö','export','5d0c9a1f7e33','everything','d4a789b2a9c4122a0b1a25b9cbbef9c24977579e31f55fe90be9431456122145');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE aliases (
        alias TEXT NOT NULL,
        person INTEGER NOT NULL,
        PRIMARY KEY (alias),
        FOREIGN KEY(person) REFERENCES persons (person)
    );
INSERT INTO "aliases" VALUES('5d0c9a1f7e33',1);
CREATE TABLE assigned (
        n INTEGER NOT NULL,
        user TEXT NOT NULL,
        person INTEGER NOT NULL,
        PRIMARY KEY (n),
        FOREIGN KEY(user) REFERENCES users (user),
        FOREIGN KEY(person) REFERENCES persons (person)
    );
INSERT INTO "assigned" VALUES(1,'a1b2c3d4e5f60718',1);
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
CREATE TABLE seals (
        kind TEXT NOT NULL,
        owner INTEGER NOT NULL,
        sum INTEGER NOT NULL,
        PRIMARY KEY (kind, owner)
    )
     WITHOUT ROWID
    ;
INSERT INTO "seals" VALUES('beats',1,354694353800);
INSERT INTO "seals" VALUES('blocks',1,781825946178);
INSERT INTO "seals" VALUES('entries',1,168682230838);
INSERT INTO "seals" VALUES('live',1,951002706347);
INSERT INTO "seals" VALUES('markers',1,698433966022);
INSERT INTO "seals" VALUES('news',1,778977844413);
INSERT INTO "seals" VALUES('packets',1,1067763579920);
INSERT INTO "seals" VALUES('persons',1,61185559352);
INSERT INTO "seals" VALUES('phases',1,1082610061448);
INSERT INTO "seals" VALUES('ratings',1,130726067923);
INSERT INTO "seals" VALUES('reference_figures',1,945395624044);
INSERT INTO "seals" VALUES('results',1,609817723074);
INSERT INTO "seals" VALUES('rungs',1,92845527680);
INSERT INTO "seals" VALUES('rungs',2,122051247844);
INSERT INTO "seals" VALUES('sessions',1,7107287477);
INSERT INTO "seals" VALUES('settings',1,66783852348);
INSERT INTO "seals" VALUES('streams',1,363605011445);
INSERT INTO "seals" VALUES('timeline_events',1,796752103328);
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
CREATE TABLE users (
        user TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        PRIMARY KEY (user)
    );
INSERT INTO "users" VALUES('a1b2c3d4e5f60718','Dr. Ö','clinician');
CREATE UNIQUE INDEX persons_folded ON persons (folded);
CREATE INDEX entries_told ON entries (person, kind, subject, on_day);
CREATE INDEX sessions_of_person ON sessions (person, started_utc, simulated);
CREATE TRIGGER sessions_put AFTER INSERT ON sessions BEGIN INSERT INTO seals VALUES ('sessions', NEW.session, seal(NEW.session, NEW.session_id, NEW.person, NEW.exercise, NEW.exercise_title, NEW.device, NEW.simulated, NEW.started_utc, NEW.started_clock_s, NEW.ended_utc, NEW.end_cause, NEW.duration_s)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.session_id, OLD.person, OLD.exercise, OLD.exercise_title, OLD.device, OLD.simulated, OLD.started_utc, OLD.started_clock_s, OLD.ended_utc, OLD.end_cause, OLD.duration_s)) % 1099511627776 WHERE kind = 'sessions' AND owner = OLD.session; INSERT INTO seals VALUES ('sessions', NEW.session, seal(NEW.session, NEW.session_id, NEW.person, NEW.exercise, NEW.exercise_title, NEW.device, NEW.simulated, NEW.started_utc, NEW.started_clock_s, NEW.ended_utc, NEW.end_cause, NEW.duration_s)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER sessions_taken AFTER DELETE ON sessions BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.session_id, OLD.person, OLD.exercise, OLD.exercise_title, OLD.device, OLD.simulated, OLD.started_utc, OLD.started_clock_s, OLD.ended_utc, OLD.end_cause, OLD.duration_s)) % 1099511627776 WHERE kind = 'sessions' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'sessions' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER settings_put AFTER INSERT ON sessions BEGIN INSERT INTO seals VALUES ('settings', NEW.session, seal(NEW.exercise_source, NEW.settings)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER settings_changed AFTER UPDATE ON sessions BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.exercise_source, OLD.settings)) % 1099511627776 WHERE kind = 'settings' AND owner = OLD.session; INSERT INTO seals VALUES ('settings', NEW.session, seal(NEW.exercise_source, NEW.settings)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER settings_taken AFTER DELETE ON sessions BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.exercise_source, OLD.settings)) % 1099511627776 WHERE kind = 'settings' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'settings' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER beats_put AFTER INSERT ON beats BEGIN INSERT INTO seals VALUES ('beats', NEW.session, seal(NEW.session, NEW.ordinal, NEW.time_s, NEW.rr_ms, NEW.segment, NEW.verdict, NEW.reason, NEW.nn_ms)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER beats_changed AFTER UPDATE ON beats BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.ordinal, OLD.time_s, OLD.rr_ms, OLD.segment, OLD.verdict, OLD.reason, OLD.nn_ms)) % 1099511627776 WHERE kind = 'beats' AND owner = OLD.session; INSERT INTO seals VALUES ('beats', NEW.session, seal(NEW.session, NEW.ordinal, NEW.time_s, NEW.rr_ms, NEW.segment, NEW.verdict, NEW.reason, NEW.nn_ms)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER beats_taken AFTER DELETE ON beats BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.ordinal, OLD.time_s, OLD.rr_ms, OLD.segment, OLD.verdict, OLD.reason, OLD.nn_ms)) % 1099511627776 WHERE kind = 'beats' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'beats' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER blocks_put AFTER INSERT ON blocks BEGIN INSERT INTO seals VALUES ('blocks', NEW.session, seal(NEW.session, NEW.stream, NEW.n, NEW.frames)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER blocks_changed AFTER UPDATE ON blocks BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.stream, OLD.n, OLD.frames)) % 1099511627776 WHERE kind = 'blocks' AND owner = OLD.session; INSERT INTO seals VALUES ('blocks', NEW.session, seal(NEW.session, NEW.stream, NEW.n, NEW.frames)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER blocks_taken AFTER DELETE ON blocks BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.stream, OLD.n, OLD.frames)) % 1099511627776 WHERE kind = 'blocks' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'blocks' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER live_put AFTER INSERT ON live BEGIN INSERT INTO seals VALUES ('live', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.hr_bpm, NEW.rmssd_ms, NEW.swing_bpm, NEW.respiration_per_min, NEW.smoothness, NEW.coherence_ratio, NEW.peak_hz, NEW.artifact_percent, NEW.withheld, NEW.score, NEW.goal, NEW.reason)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER live_changed AFTER UPDATE ON live BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.hr_bpm, OLD.rmssd_ms, OLD.swing_bpm, OLD.respiration_per_min, OLD.smoothness, OLD.coherence_ratio, OLD.peak_hz, OLD.artifact_percent, OLD.withheld, OLD.score, OLD.goal, OLD.reason)) % 1099511627776 WHERE kind = 'live' AND owner = OLD.session; INSERT INTO seals VALUES ('live', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.hr_bpm, NEW.rmssd_ms, NEW.swing_bpm, NEW.respiration_per_min, NEW.smoothness, NEW.coherence_ratio, NEW.peak_hz, NEW.artifact_percent, NEW.withheld, NEW.score, NEW.goal, NEW.reason)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER live_taken AFTER DELETE ON live BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.hr_bpm, OLD.rmssd_ms, OLD.swing_bpm, OLD.respiration_per_min, OLD.smoothness, OLD.coherence_ratio, OLD.peak_hz, OLD.artifact_percent, OLD.withheld, OLD.score, OLD.goal, OLD.reason)) % 1099511627776 WHERE kind = 'live' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'live' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER markers_put AFTER INSERT ON markers BEGIN INSERT INTO seals VALUES ('markers', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.label)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER markers_changed AFTER UPDATE ON markers BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.label)) % 1099511627776 WHERE kind = 'markers' AND owner = OLD.session; INSERT INTO seals VALUES ('markers', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.label)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER markers_taken AFTER DELETE ON markers BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.label)) % 1099511627776 WHERE kind = 'markers' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'markers' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER news_put AFTER INSERT ON news BEGIN INSERT INTO seals VALUES ('news', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.kind, NEW.detail)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER news_changed AFTER UPDATE ON news BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.kind, OLD.detail)) % 1099511627776 WHERE kind = 'news' AND owner = OLD.session; INSERT INTO seals VALUES ('news', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.kind, NEW.detail)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER news_taken AFTER DELETE ON news BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.kind, OLD.detail)) % 1099511627776 WHERE kind = 'news' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'news' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER packed_put AFTER INSERT ON packed BEGIN INSERT INTO seals VALUES ('packed', NEW.session, seal(NEW.session, NEW.content)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER packed_changed AFTER UPDATE ON packed BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.content)) % 1099511627776 WHERE kind = 'packed' AND owner = OLD.session; INSERT INTO seals VALUES ('packed', NEW.session, seal(NEW.session, NEW.content)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER packed_taken AFTER DELETE ON packed BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.content)) % 1099511627776 WHERE kind = 'packed' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'packed' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER packets_put AFTER INSERT ON packets BEGIN INSERT INTO seals VALUES ('packets', NEW.session, seal(NEW.session, NEW.n, NEW.received_s, NEW.format, NEW.payload)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER packets_changed AFTER UPDATE ON packets BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.received_s, OLD.format, OLD.payload)) % 1099511627776 WHERE kind = 'packets' AND owner = OLD.session; INSERT INTO seals VALUES ('packets', NEW.session, seal(NEW.session, NEW.n, NEW.received_s, NEW.format, NEW.payload)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER packets_taken AFTER DELETE ON packets BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.received_s, OLD.format, OLD.payload)) % 1099511627776 WHERE kind = 'packets' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'packets' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER phases_put AFTER INSERT ON phases BEGIN INSERT INTO seals VALUES ('phases', NEW.session, seal(NEW.session, NEW.position, NEW.name, NEW.title, NEW.role, NEW.feedback, NEW.pacing, NEW.start_s, NEW.end_s)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER phases_changed AFTER UPDATE ON phases BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.position, OLD.name, OLD.title, OLD.role, OLD.feedback, OLD.pacing, OLD.start_s, OLD.end_s)) % 1099511627776 WHERE kind = 'phases' AND owner = OLD.session; INSERT INTO seals VALUES ('phases', NEW.session, seal(NEW.session, NEW.position, NEW.name, NEW.title, NEW.role, NEW.feedback, NEW.pacing, NEW.start_s, NEW.end_s)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER phases_taken AFTER DELETE ON phases BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.position, OLD.name, OLD.title, OLD.role, OLD.feedback, OLD.pacing, OLD.start_s, OLD.end_s)) % 1099511627776 WHERE kind = 'phases' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'phases' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER ratings_put AFTER INSERT ON ratings BEGIN INSERT INTO seals VALUES ('ratings', NEW.session, seal(NEW.session, NEW.moment, NEW.question, NEW.value)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER ratings_changed AFTER UPDATE ON ratings BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.moment, OLD.question, OLD.value)) % 1099511627776 WHERE kind = 'ratings' AND owner = OLD.session; INSERT INTO seals VALUES ('ratings', NEW.session, seal(NEW.session, NEW.moment, NEW.question, NEW.value)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER ratings_taken AFTER DELETE ON ratings BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.moment, OLD.question, OLD.value)) % 1099511627776 WHERE kind = 'ratings' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'ratings' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER reference_figures_put AFTER INSERT ON reference_figures BEGIN INSERT INTO seals VALUES ('reference_figures', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.window_s, NEW.method, NEW.figures)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER reference_figures_changed AFTER UPDATE ON reference_figures BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.window_s, OLD.method, OLD.figures)) % 1099511627776 WHERE kind = 'reference_figures' AND owner = OLD.session; INSERT INTO seals VALUES ('reference_figures', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.window_s, NEW.method, NEW.figures)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER reference_figures_taken AFTER DELETE ON reference_figures BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.window_s, OLD.method, OLD.figures)) % 1099511627776 WHERE kind = 'reference_figures' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'reference_figures' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER results_put AFTER INSERT ON results BEGIN INSERT INTO seals VALUES ('results', NEW.session, seal(NEW.session, NEW.n, NEW.computed_utc, NEW.method, NEW.document)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER results_changed AFTER UPDATE ON results BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.computed_utc, OLD.method, OLD.document)) % 1099511627776 WHERE kind = 'results' AND owner = OLD.session; INSERT INTO seals VALUES ('results', NEW.session, seal(NEW.session, NEW.n, NEW.computed_utc, NEW.method, NEW.document)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER results_taken AFTER DELETE ON results BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.computed_utc, OLD.method, OLD.document)) % 1099511627776 WHERE kind = 'results' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'results' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER streams_put AFTER INSERT ON streams BEGIN INSERT INTO seals VALUES ('streams', NEW.session, seal(NEW.session, NEW.n, NEW.received_s, NEW.payload)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER streams_changed AFTER UPDATE ON streams BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.received_s, OLD.payload)) % 1099511627776 WHERE kind = 'streams' AND owner = OLD.session; INSERT INTO seals VALUES ('streams', NEW.session, seal(NEW.session, NEW.n, NEW.received_s, NEW.payload)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER streams_taken AFTER DELETE ON streams BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.received_s, OLD.payload)) % 1099511627776 WHERE kind = 'streams' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'streams' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER timeline_events_put AFTER INSERT ON timeline_events BEGIN INSERT INTO seals VALUES ('timeline_events', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.kind, NEW.elapsed_s, NEW.detail)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER timeline_events_changed AFTER UPDATE ON timeline_events BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.kind, OLD.elapsed_s, OLD.detail)) % 1099511627776 WHERE kind = 'timeline_events' AND owner = OLD.session; INSERT INTO seals VALUES ('timeline_events', NEW.session, seal(NEW.session, NEW.n, NEW.at_s, NEW.kind, NEW.elapsed_s, NEW.detail)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER timeline_events_taken AFTER DELETE ON timeline_events BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.session, OLD.n, OLD.at_s, OLD.kind, OLD.elapsed_s, OLD.detail)) % 1099511627776 WHERE kind = 'timeline_events' AND owner = OLD.session; DELETE FROM seals WHERE kind = 'timeline_events' AND owner = OLD.session AND sum = 0; END;
CREATE TRIGGER entries_put AFTER INSERT ON entries BEGIN INSERT INTO seals VALUES ('entries', NEW.entry, seal(NEW.entry, NEW.person, NEW.kind, NEW.subject, NEW.on_day, NEW.told_utc, NEW.document)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER entries_changed AFTER UPDATE ON entries BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.entry, OLD.person, OLD.kind, OLD.subject, OLD.on_day, OLD.told_utc, OLD.document)) % 1099511627776 WHERE kind = 'entries' AND owner = OLD.entry; INSERT INTO seals VALUES ('entries', NEW.entry, seal(NEW.entry, NEW.person, NEW.kind, NEW.subject, NEW.on_day, NEW.told_utc, NEW.document)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER entries_taken AFTER DELETE ON entries BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.entry, OLD.person, OLD.kind, OLD.subject, OLD.on_day, OLD.told_utc, OLD.document)) % 1099511627776 WHERE kind = 'entries' AND owner = OLD.entry; DELETE FROM seals WHERE kind = 'entries' AND owner = OLD.entry AND sum = 0; END;
CREATE TRIGGER rungs_put AFTER INSERT ON rungs BEGIN INSERT INTO seals VALUES ('rungs', NEW.rung, seal(NEW.rung, NEW.person, NEW.position, NEW.text, NEW.distress, NEW.archived)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER rungs_changed AFTER UPDATE ON rungs BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.rung, OLD.person, OLD.position, OLD.text, OLD.distress, OLD.archived)) % 1099511627776 WHERE kind = 'rungs' AND owner = OLD.rung; INSERT INTO seals VALUES ('rungs', NEW.rung, seal(NEW.rung, NEW.person, NEW.position, NEW.text, NEW.distress, NEW.archived)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER rungs_taken AFTER DELETE ON rungs BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.rung, OLD.person, OLD.position, OLD.text, OLD.distress, OLD.archived)) % 1099511627776 WHERE kind = 'rungs' AND owner = OLD.rung; DELETE FROM seals WHERE kind = 'rungs' AND owner = OLD.rung AND sum = 0; END;
CREATE TRIGGER persons_put AFTER INSERT ON persons BEGIN INSERT INTO seals VALUES ('persons', NEW.person, seal(NEW.person, NEW.name, NEW.folded, NEW.archived)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER persons_changed AFTER UPDATE ON persons BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.person, OLD.name, OLD.folded, OLD.archived)) % 1099511627776 WHERE kind = 'persons' AND owner = OLD.person; INSERT INTO seals VALUES ('persons', NEW.person, seal(NEW.person, NEW.name, NEW.folded, NEW.archived)) ON CONFLICT (kind, owner) DO UPDATE SET sum = (sum + excluded.sum) % 1099511627776; END;
CREATE TRIGGER persons_taken AFTER DELETE ON persons BEGIN UPDATE seals SET sum = (sum + 1099511627776 - seal(OLD.person, OLD.name, OLD.folded, OLD.archived)) % 1099511627776 WHERE kind = 'persons' AND owner = OLD.person; DELETE FROM seals WHERE kind = 'persons' AND owner = OLD.person AND sum = 0; END;
COMMIT;
