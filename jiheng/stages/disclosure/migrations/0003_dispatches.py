"""What was reported upward or handed over: it stays as it was noted, the receipt is added once."""

import django.db.models.deletion
from django.db import migrations, models

from jiheng.foundation.append_only import append_only

SENT = (
    "id", "place_id", "cycle_id", "matter", "recipient", "title", "reference", "note", "clause", "sent_on", "sent_by",
)  # fmt: skip
RECEIVED = ("received_on", "receipt")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_roles_that_look_on'),
        ('cycles', '0002_turns_handovers_and_legal_events'),
        ('disclosure', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(max_length=60, verbose_name='事项')),
                ('recipient', models.CharField(max_length=200, verbose_name='报送对象')),
                ('title', models.CharField(max_length=200, verbose_name='文件标题')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='文号')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('clause', models.CharField(max_length=300, verbose_name='依据')),
                ('sent_on', models.DateField(verbose_name='报送日期')),
                ('sent_by', models.CharField(max_length=200, verbose_name='登记人')),
                ('received_on', models.DateField(null=True, verbose_name='收到日期')),
                ('receipt', models.CharField(blank=True, max_length=200, verbose_name='回执')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='cycles.cycle')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.place')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('cycle', 'matter', 'recipient', 'title'), name='dispatch_once'), models.CheckConstraint(condition=models.Q(('received_on__isnull', True), ('received_on__gte', models.F('sent_on')), _connector='OR'), name='dispatch_received_after_sent')],
            },
        ),
        append_only("disclosure_dispatch", SENT, once=RECEIVED),
    ]
