from django.db import migrations, models

FILL = """
INSERT INTO audit_audithead (id, count, digest)
SELECT 1, count(*), (SELECT digest FROM audit_auditevent ORDER BY id DESC LIMIT 1)
FROM audit_auditevent HAVING count(*) > 0;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.BigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
