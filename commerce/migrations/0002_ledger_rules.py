"""The ledger's own rules, kept by the database whoever writes to it.

A journal's entries sum to zero when their transaction commits. Journals and entries are never
changed or deleted, save that an entry is given its settlement, once. TRUNCATE fires no row
triggers, so tests can still empty the tables.
"""

from django.db import migrations

BALANCED = """
CREATE FUNCTION commerce_journal_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    total bigint;
BEGIN
    SELECT sum(amount_won) INTO total FROM commerce_ledgerentry WHERE journal_id = NEW.journal_id;
    IF total <> 0 THEN
        RAISE EXCEPTION 'journal % is unbalanced by % won', NEW.journal_id, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balanced';
    END IF;
    RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER journal_balanced
    AFTER INSERT ON commerce_ledgerentry
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION commerce_journal_balanced();
"""

NOT_BALANCED = """
DROP TRIGGER journal_balanced ON commerce_ledgerentry;
DROP FUNCTION commerce_journal_balanced();
"""

IMMUTABLE = """
CREATE FUNCTION commerce_ledger_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is not allowed: the ledger is only added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER entry_immutable
    BEFORE UPDATE ON commerce_ledgerentry
    FOR EACH ROW
    WHEN (
        OLD.settlement_id IS NOT NULL
        OR NEW.settlement_id IS NULL
        OR (OLD.id, OLD.journal_id, OLD.account_id, OLD.amount_won, OLD.line_reference)
            IS DISTINCT FROM
           (NEW.id, NEW.journal_id, NEW.account_id, NEW.amount_won, NEW.line_reference)
    )
    EXECUTE FUNCTION commerce_ledger_immutable();
CREATE TRIGGER entry_kept
    BEFORE DELETE ON commerce_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION commerce_ledger_immutable();
CREATE TRIGGER journal_kept
    BEFORE UPDATE OR DELETE ON commerce_journal
    FOR EACH ROW EXECUTE FUNCTION commerce_ledger_immutable();
"""

NOT_IMMUTABLE = """
DROP TRIGGER journal_kept ON commerce_journal;
DROP TRIGGER entry_kept ON commerce_ledgerentry;
DROP TRIGGER entry_immutable ON commerce_ledgerentry;
DROP FUNCTION commerce_ledger_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial")]

    operations = [
        migrations.RunSQL(BALANCED, NOT_BALANCED),
        migrations.RunSQL(IMMUTABLE, NOT_IMMUTABLE),
    ]
